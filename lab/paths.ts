import { homedir } from "node:os";
import { join } from "node:path";

/** The project's folder. */
export const root = join(import.meta.dirname, "..");

/** What is shared by all checkouts of this user and can be made again at any time. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab");

/** What belongs to this checkout: Pulumi's state, its passphrase, known hosts. */
export const state = join(root, ".state");

export const pulumiVersion = "3.230.0";
export const commandPluginVersion = "1.2.1";

/**
 * IPVS_LAB_MIRROR=none hides all releases, the installed ones too, to try what set-up does on a network
 * with package registries alone. Its result has a place of its own.
 */
export const releasesHidden = process.env.IPVS_LAB_MIRROR === "none";
const tools = releasesHidden ? join(cache, "registry-only") : cache;

export const pulumiHome = join(tools, "pulumi-home");
/** The folder of our own Pulumi CLI, with its language host. */
export const pulumiBin = join(tools, "pulumi", pulumiVersion);
/** The folder of `pulumi`, which keeps what Pulumi writes out of the project's settings. */
export const launcherBin = join(root, "setup/bin");
export const boxFolder = join(cache, "box");
/** Where QEMU reads the machines' disks: root's runs as a user that cannot read root's cache. */
export const machineFolder = process.getuid?.() === 0 ? "/var/lib/libvirt/images/ipvs-lab" : cache;
/** Started by Node.js itself: a program between the two would not hand signals on. */
export const jestProgram = join(root, "node_modules/jest/bin/jest.js");
