import { build } from "esbuild";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pulumiBin, root } from "../paths.js";
import { builtFromModules } from "./pulumiCli.js";
import type { Step } from "./step.js";

const source = join(root, "providers/language");
const launchers = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/**
 * What runs programs and policy packs. A release of the CLI has it; beside one that was built here goes
 * the project's own, as one file, so that it serves every checkout and outlives them.
 */
export const languageHost: Step = {
  name: "The language host for Node.js",
  remedy: "npm run setup",
  isDone: () => !builtFromModules() || isCurrent(),
  how: () => (builtFromModules() ? "the project's own, providers/language" : "a release"),
  run: () => installLanguageHost(pulumiBin),
};

/** Puts the language host into a folder, beside the CLI or first on PATH. */
export async function installLanguageHost(folder: string): Promise<void> {
  const work = mkdtempSync(join(folder, ".language-host-"));
  try {
    await build({
      entryPoints: [join(source, "main.ts")],
      outfile: join(work, "index.cjs"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "silent",
    });
    for (const name of launchers) {
      copyFileSync(join(source, name), join(work, name));
      chmodSync(join(work, name), 0o755);
    }
    writeFileSync(join(work, "language-host.sha256"), content());
    // One by one into place, the stamp last: another set-up may be using them.
    for (const name of ["index.cjs", ...launchers, "language-host.sha256"]) {
      renameSync(join(work, name), join(folder, name));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isCurrent(): boolean {
  const stamp = join(pulumiBin, "language-host.sha256");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === content();
}

/** Of all that it is made from; the lock file has the versions of the modules. */
function content(): string {
  const files = readdirSync(source).sort();
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const file of files) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  return hash.digest("hex");
}
