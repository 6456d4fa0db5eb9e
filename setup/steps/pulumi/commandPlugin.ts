import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { pulumiEnvironment } from "../../../lab/environment.js";
import { cache, commandPluginVersion, pulumiHome, root } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { installBundle, isBundled, isCurrent, type Bundle } from "./bundle.js";
import { fetchArchive, NoRelease } from "./mirror.js";

const folder = join(pulumiHome, "plugins", `resource-command-v${commandPluginVersion}`);
const source = join(root, "providers/command");

/** The project's own engine for @pulumi/command, which needs no release. */
const ownEngine: Bundle = {
  name: "pulumi-resource-command",
  entry: join(source, "main.ts"),
  sources: [
    source,
    join(root, "providers/protocol/wire.ts"),
    join(root, "components/host/quoting.ts"),
  ],
  beside: [join(source, "schema.json")],
};

/**
 * The provider behind @pulumi/command, in this project's own Pulumi home, where every project finds it. Without a
 * release, the project's own engine is installed there under the same name and version.
 */
export const commandPlugin: Step = {
  name: `The command plugin ${commandPluginVersion}`,
  remedy: "npm run setup (IPVS_LAB_MIRROR may name a folder or address that has the release)",
  isDone: () => (isOwn() ? isCurrent(ownEngine, folder) : isInstalled()),
  origin: () => (isOwn() ? "the project's own engine, providers/command" : "a release"),
  async run(report) {
    if (isOwn() || !(await installRelease(report))) {
      report("the project's own engine");
      await installBundle(ownEngine, folder);
    }
  },
};

/**
 * Fetches the official release. @returns The archive's path.
 * @throws NoRelease when it cannot be had.
 */
export function fetchPlugin(report: (line: string) => void): Promise<string> {
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const name = `pulumi-resource-command-v${commandPluginVersion}-linux-${arch}.tar.gz`;
  return fetchArchive("plugin", name, join(cache, "downloads"), report);
}

/** Installs the official release. @returns False when it cannot be had. */
async function installRelease(report: (line: string) => void): Promise<boolean> {
  let archive: string;
  try {
    archive = await fetchPlugin(report);
  } catch (error) {
    if (error instanceof NoRelease) {
      return false;
    }
    throw error;
  }
  report("installing");
  await execa(
    "pulumi",
    // prettier-ignore
    ["plugin", "install", "resource", "command", commandPluginVersion, "--file", archive, "--reinstall"],
    { env: pulumiEnvironment() },
  );
  rmSync(archive);
  return true;
}

function isInstalled(): boolean {
  return existsSync(join(folder, ownEngine.name));
}

function isOwn(): boolean {
  return isBundled(ownEngine, folder);
}
