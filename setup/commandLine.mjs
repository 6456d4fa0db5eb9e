// The command line as one file. Node.js loads it in a third of the time that its sources take through tsx.
import { createHash } from "node:crypto";
import {
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
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Modules that are not bundled: those with files or programs beside them, and those that few commands need. */
const external = [
  ...["@pulumi/*", "esbuild", "fastify", "playwright-core", "prettier", "ssh2", "tsx", "typedoc"],
  ...["typedoc-plugin-markdown", "typescript", "undici"],
];
const options = {
  ...{ bundle: true, splitting: true, format: "esm", platform: "node", target: "node20", external },
  entryNames: "[name]",
  outExtension: { ".js": ".mjs" },
  // CommonJS packages load Node.js's own modules with this.
  banner: {
    js: 'import { createRequire as ofNode } from "node:module"; const require = ofNode(import.meta.url);',
  },
};

/** The age from which an old build is removed once there is a new one, milliseconds. */
const outdated = 24 * 3600 * 1000;

/**
 * The address of the module to import for cli/main.ts. It is built anew when a source of it has changed.
 * @param root The project's folder.
 */
export async function commandLine(root) {
  const builds = join(root, "node_modules/.cache/ipvs-lab-cli");
  const list = join(builds, "current.json");
  const current = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : undefined;
  const main = current && isCurrent(root, current) ? current.main : await build(root, builds, list);
  return pathToFileURL(main).href;
}

/** A checkout that was moved or copied has a build for another path. */
function isCurrent(root, { builtIn, sources, main }) {
  return (
    builtIn === root &&
    existsSync(main) &&
    Object.entries(sources).every(([file, digest]) => digestOf(join(root, file)) === digest)
  );
}

/** Each build has a folder of its own, because running commands may still load files from theirs. */
async function build(root, builds, list) {
  const esbuild = await import("esbuild");
  mkdirSync(builds, { recursive: true });
  for (const name of readdirSync(builds)) {
    const old = join(builds, name);
    // Another command may have removed it meanwhile.
    const made = statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > outdated) {
      rmSync(old, { recursive: true, force: true });
    }
  }
  const folder = mkdtempSync(join(builds, "build-"));
  const { metafile } = await esbuild.build({
    ...options,
    absWorkingDir: root,
    entryPoints: ["cli/main.ts"],
    outdir: folder,
    metafile: true,
    plugins: [{ name: "places", setup: keepPlaces }],
  });
  const own = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules/"));
  const files = ["package-lock.json", "setup/commandLine.mjs", ...own];
  const sources = Object.fromEntries(files.map((file) => [file, digestOf(join(root, file))]));
  const main = join(folder, "main.mjs");
  // Another command may read the list meanwhile.
  const written = join(folder, "current.json");
  writeFileSync(written, JSON.stringify({ builtIn: root, main, sources }));
  renameSync(written, list);
  return main;
}

/** Gives each source its own path, and keeps the state of the early set-up in this process. */
function keepPlaces({ onLoad, onResolve }) {
  onResolve({ filter: /\/early\/early\.mjs$/ }, ({ resolveDir, path }) => ({
    path: pathToFileURL(join(resolveDir, path)).href,
    external: true,
  }));
  onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
    if (path.includes("/node_modules/")) {
      return undefined;
    }
    const contents = readFileSync(path, "utf8")
      .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
    return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
  });
}

/** Empty for a file that is gone. */
function digestOf(file) {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return "";
  }
}
