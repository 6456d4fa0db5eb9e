import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { root } from "../../../lab/paths.js";

const launcher = join(import.meta.dirname, "launcher.sh");

/** A program of this project that Pulumi starts by its name, outside of any checkout. */
export interface Bundle {
  /** The name under which Pulumi looks for it. */
  name: string;
  /** Its main file. */
  entry: string;
  /** The files and folders that it is made from, besides node_modules. */
  sources: string[];
  /** Paths of the project's files that are copied beside it. */
  beside?: string[];
}

/** Puts a program into a folder as one file with a launcher, so that it serves every checkout and outlives them. */
export async function installBundle(bundle: Bundle, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, `.${bundle.name}-`));
  try {
    await build({
      entryPoints: [bundle.entry],
      outfile: join(work, "index.cjs"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      // Optional compiled modules that make ssh2 faster.
      external: ["*.node", "cpu-features"],
      logLevel: "silent",
    });
    const beside = bundle.beside ?? [];
    for (const file of beside) {
      copyFileSync(file, join(work, basename(file)));
    }
    copyFileSync(launcher, join(work, bundle.name));
    chmodSync(join(work, bundle.name), 0o755);
    writeFileSync(join(work, stampOf(bundle)), content(bundle));
    // Files are moved into place one by one, the stamp last, because another set-up may be using them.
    for (const name of ["index.cjs", ...beside.map((file) => basename(file)), bundle.name]) {
      renameSync(join(work, name), join(folder, name));
    }
    renameSync(join(work, stampOf(bundle)), join(folder, stampOf(bundle)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** True when the folder has the program as the checkout's sources make it. */
export function isCurrent(bundle: Bundle, folder: string): boolean {
  const stamp = join(folder, stampOf(bundle));
  return existsSync(stamp) && readFileSync(stamp, "utf8") === content(bundle);
}

/** True when set-up has put the program into the folder, from any sources. */
export function isBundled(bundle: Bundle, folder: string): boolean {
  return existsSync(join(folder, stampOf(bundle)));
}

function stampOf({ name }: Bundle): string {
  return `${name}.sha256`;
}

/** A digest of the bundle's sources. The lock file stands for the modules' versions. */
function content({ sources, beside = [] }: Bundle): string {
  const hash = createHash("sha256");
  const files = [...sources, ...beside].flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path],
  );
  for (const file of [join(root, "package-lock.json"), launcher, ...files]) {
    hash.update(basename(file)).update(readFileSync(file));
  }
  return hash.digest("hex");
}
