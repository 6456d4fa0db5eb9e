import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache, commandPluginVersion } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { fetchPlugin } from "./commandPlugin.js";
import { unpackRelease } from "./pulumiCli.js";

/** The folder with the CLI in "pulumi", and a Pulumi home with the command plugin in "pulumi-home". */
export const officialFolder = join(cache, "official");

/**
 * Pulumi's own CLI, language host and command plugin, for the tests that compare this project's with them. The lab
 * still uses what set-up has put in place.
 */
export const officialRelease: Step = {
  name: "Pulumi's own release, to compare with",
  remedy: "npm run test:official, with a mirror in IPVS_LAB_MIRROR",
  isDone: () => existsSync(officialFolder),
  async run(report) {
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(`${officialFolder}.`);
    try {
      mkdirSync(join(work, "pulumi"));
      await unpackRelease(join(work, "pulumi"), report);
      const plugins = join(work, "pulumi-home/plugins");
      const plugin = join(plugins, `resource-command-v${commandPluginVersion}`);
      mkdirSync(plugin, { recursive: true });
      const archive = await fetchPlugin(report);
      await execa("tar", ["-xzf", archive, "-C", plugin]);
      rmSync(archive);
      renameSync(work, officialFolder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
};
