import { execa } from "execa";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment } from "../environment.js";
import { cache, commandPluginVersion, pulumiHome, root } from "../paths.js";
import { fetchArchive, NoRelease } from "./mirror.js";
import { builtFromModules } from "./pulumiCli.js";
import type { Step } from "./step.js";

const folder = join(pulumiHome, "plugins", `resource-command-v${commandPluginVersion}`);

/** The project's own engine for @pulumi/command, which needs no release. */
const ownEngine = join(root, "providers/command/pulumi-resource-command");

/**
 * The provider behind @pulumi/command, in this project's own Pulumi home. Where no release is to be had,
 * the project's own engine is enough.
 */
export const commandPlugin: Step = {
  name: `The command plugin ${commandPluginVersion}`,
  remedy: "npm run setup (IPVS_LAB_MIRROR may name a folder or address that has the release)",
  isDone: () => isInstalled() || (builtFromModules() && existsSync(ownEngine)),
  how: () => (isInstalled() ? "a release" : "the project's own engine, providers/command"),
  async run(report) {
    const arch = process.arch === "arm64" ? "arm64" : "amd64";
    const name = `pulumi-resource-command-v${commandPluginVersion}-linux-${arch}.tar.gz`;
    const archive = await fetchArchive("plugin", name, join(cache, "downloads"), report).catch(
      (error: unknown) => {
        if (error instanceof NoRelease && existsSync(ownEngine)) {
          return undefined;
        }
        throw error;
      },
    );
    if (!archive) {
      report("none, so the project's own engine it is");
      return;
    }
    report("installing");
    await execa(
      "pulumi",
      // prettier-ignore
      ["plugin", "install", "resource", "command", commandPluginVersion, "--file", archive, "--reinstall"],
      { env: pulumiEnvironment() },
    );
    rmSync(archive);
  },
};

function isInstalled(): boolean {
  return existsSync(join(folder, "pulumi-resource-command"));
}
