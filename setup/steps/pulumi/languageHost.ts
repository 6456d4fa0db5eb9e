import { chmodSync, copyFileSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { pulumiBin, root } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { installBundle, isCurrent, type Bundle } from "./bundle.js";
import { builtFromModules } from "./pulumiCli.js";

const source = join(root, "providers/language");

const bundle: Bundle = {
  name: "pulumi-language-nodejs",
  entry: join(source, "main.ts"),
  sources: [source],
};

/** The program that starts dynamic resources. Pulumi's SDK in the program has the rest. */
const dynamic = "pulumi-resource-pulumi-nodejs";

/**
 * The host that runs programs and policy packs. A release of the CLI brings its own; a CLI that was built here gets
 * this one.
 */
export const languageHost: Step = {
  name: "The language host for Node.js",
  remedy: "npm run setup",
  isDone: () =>
    !builtFromModules() || (isCurrent(bundle, pulumiBin) && existsSync(join(pulumiBin, dynamic))),
  origin: () => (builtFromModules() ? "the project's own, providers/language" : "a release"),
  run: () => installLanguageHost(pulumiBin),
};

/** Puts the language host into a folder, beside the CLI or first on PATH. */
export async function installLanguageHost(folder: string): Promise<void> {
  copyFileSync(join(source, dynamic), join(folder, `.${dynamic}`));
  chmodSync(join(folder, `.${dynamic}`), 0o755);
  renameSync(join(folder, `.${dynamic}`), join(folder, dynamic));
  await installBundle(bundle, folder);
}
