import { execa } from "execa";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment } from "../environment.js";
import { cache, commandPluginVersion, pulumiHome } from "../paths.js";
import { fetchArchive } from "./mirror.js";
import type { Step } from "./step.js";

const folder = join(pulumiHome, "plugins", `resource-command-v${commandPluginVersion}`);

/** The provider behind @pulumi/command, in this project's own Pulumi home. */
export const commandPlugin: Step = {
  name: `The command plugin ${commandPluginVersion}`,
  remedy: "npm run setup (IPVS_LAB_MIRROR may name a folder or address that has the release)",
  isDone: () => existsSync(join(folder, "pulumi-resource-command")),
  async run(report) {
    const arch = process.arch === "arm64" ? "arm64" : "amd64";
    const name = `pulumi-resource-command-v${commandPluginVersion}-linux-${arch}.tar.gz`;
    const archive = await fetchArchive("plugin", name, join(cache, "downloads"), report);
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
