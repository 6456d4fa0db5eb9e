// The entry of every npm command. It needs nothing but Node.js: it installs the project's own modules if they are
// missing or outdated, builds the generated SDK, and hands over to cli/main.ts.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { glyphs } from "./display/glyphs.mjs";
import { reasonIn } from "./display/reason.mjs";
import { tooOld } from "./nodejs.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".ipvs-lab");
const sdkBuild = join(root, "sdks/vagrant/bin");

const reason = tooOld(process.versions.node, process.argv.slice(2));
if (reason !== undefined) {
  console.error(reason);
  process.exit(1);
}

once("modules", ["package-lock.json"], "Node modules", () => {
  if (root.includes("%")) {
    installElsewhere();
  } else {
    install(root);
  }
});
linkSdk();
if (!existsSync(sdkBuild)) {
  rmSync(join(stamps, "sdk"), { force: true });
}
once("sdk", ["package-lock.json", ...sdkSources()], "the SDK of @pulumi/vagrant", () => {
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "sdks/vagrant"]);
  // The SDK reads its own version from this file.
  cpSync(join(root, "sdks/vagrant/package.json"), join(sdkBuild, "package.json"));
});

// From Node.js 22 on, compiled code is kept for this process and those that it starts.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/node");
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);

const { register } = await import(
  pathToFileURL(join(root, "node_modules/tsx/dist/esm/api/index.mjs")).href
);
register();
await import(new URL("../cli/main.ts", import.meta.url).href);

function install(folder) {
  // The user's npm settings and NODE_ENV may ask for another tree.
  const tree = [
    "--include=dev",
    "--install-strategy=hoisted",
    "--install-links=false",
    "--bin-links",
  ];
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["ci", ...tree, ...quiet], folder);
}

/**
 * npm reads a % in its folder's path as an escape ("URI malformed"). So it installs into another folder, and its tree
 * is moved here.
 */
function installElsewhere() {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-modules-"));
  try {
    for (const file of ["package.json", "package-lock.json", "sdks/vagrant/package.json"]) {
      cpSync(join(root, file), join(folder, file));
    }
    install(folder);
    const [made, target] = [folder, root].map((place) => join(place, "node_modules"));
    rmSync(target, { recursive: true, force: true });
    try {
      renameSync(made, target);
    } catch (error) {
      if (error.code !== "EXDEV") {
        throw error;
      }
      cpSync(made, target, { recursive: true, verbatimSymlinks: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Links the SDK to the folder in which it is built. With its setting install-links, npm makes a copy from before the
 * build instead; that was the default from npm 9.0 to 9.3.
 */
function linkSdk() {
  const link = join(root, "node_modules/@pulumi/vagrant");
  const sdk = join(root, "sdks/vagrant");
  if (existsSync(link) && realpathSync(link) === realpathSync(sdk)) {
    return;
  }
  rmSync(link, { recursive: true, force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync("../../sdks/vagrant", link);
}

/** Does something unless it was done before for the same content of these files. */
function once(name, files, what, action) {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(readFileSync(join(root, file)));
  }
  const content = hash.digest("hex");
  const stamp = join(stamps, name);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === content) {
    return;
  }
  const start = Date.now();
  // Programs read the standard output of some commands, so this goes to standard error.
  console.error(`${glyphs.doing} ${what} ${glyphs.more}`);
  action();
  console.error(`${glyphs.done} ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, content);
}

function run(file, args, folder = root) {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    ...{ cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "pipe"] },
  });
  if (status !== 0) {
    const why = error?.message ?? reasonIn(stderr.trim() || stdout);
    console.error(`${glyphs.failed} ${file} ${args.join(" ")} failed:\n${why}`);
    process.exit(1);
  }
}

function sdkSources() {
  return readdirSync(join(root, "sdks/vagrant"))
    .filter((file) => /\.(ts|json)$/.test(file))
    .map((file) => join("sdks/vagrant", file))
    .sort();
}
