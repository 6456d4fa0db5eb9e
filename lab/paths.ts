import { homedir } from "node:os";
import { join } from "node:path";

/** The project's folder. */
export const root = join(import.meta.dirname, "..");

/** The folder that all checkouts of this user share. All of it can be made again at any time. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab");

/** The folder that belongs to this checkout: Pulumi's state, its passphrase, known hosts. */
export const state = join(root, ".state");

export const pulumiVersion = "3.230.0";
export const commandPluginVersion = "1.2.1";

/**
 * IPVS_LAB_MIRROR=none hides all releases, also installed ones, to try set-up on a network that has only package
 * registries. The tools made that way have a folder of their own.
 */
export const releasesHidden = process.env.IPVS_LAB_MIRROR === "none";
const tools = releasesHidden ? join(cache, "registry-only") : cache;

export const pulumiHome = join(tools, "pulumi-home");
/** The folder of our own Pulumi CLI, with its language host. */
export const pulumiBin = join(tools, "pulumi", pulumiVersion);
/** The folder of our `pulumi` launcher, which keeps Pulumi from writing into the project's settings. */
export const launcherBin = join(root, "setup/bin");
export const boxFolder = join(cache, "box");
/**
 * The folder from which QEMU reads the machines' disks. A QEMU that root starts runs as a user that cannot read root's
 * cache.
 */
export const machineFolder = process.getuid?.() === 0 ? "/var/lib/libvirt/images/ipvs-lab" : cache;
/** Node.js runs this file directly: a program in between would not hand signals on. */
export const jestProgram = join(root, "node_modules/jest/bin/jest.js");
