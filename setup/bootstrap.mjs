// The entry of every npm command. It needs nothing but Node.js: it installs the project's own modules if they are
// missing or outdated, builds the generated SDK, and hands over to cli/main.ts.
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
import { fileURLToPath } from "node:url";
import { commandLine } from "./commandLine.mjs";
import { glyphs } from "./display/glyphs.mjs";
import { begin, ended } from "./early/early.mjs";
import { finished, install } from "./install.mjs";
import { tooOld } from "./nodejs.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".ipvs-lab");
const sdkBuild = join(root, "sdks/vagrant/bin");

const reason = tooOld(process.versions.node, process.argv.slice(2));
if (reason !== undefined) {
  console.error(reason);
  process.exit(1);
}

try {
  await once("modules", ["package-lock.json"], "Node modules", async () => {
    // npm reads a % in its folder's path as an escape ("URI malformed").
    if (root.includes("%")) {
      await installElsewhere();
      return;
    }
    const isEarly = ["start", "test", "setup"].includes(process.argv[2]) && !isHelp();
    if (isEarly) {
      begin();
    }
    // The box takes longer than npm, so it goes first where there are two processors for three programs.
    await install(root, { niceness: isEarly ? 10 : 0 });
  });
  linkSdk();
  if (!existsSync(sdkBuild)) {
    rmSync(join(stamps, "sdk"), { force: true });
  }
  await once(
    "sdk",
    ["package-lock.json", ...sdkSources()],
    "the SDK of @pulumi/vagrant",
    async () => {
      const build = ["node_modules/typescript/bin/tsc", "-p", "sdks/vagrant"];
      await finished(process.execPath, build, { cwd: root });
      // The SDK reads its own version from this file.
      cpSync(join(root, "sdks/vagrant/package.json"), join(sdkBuild, "package.json"));
    },
  );
} catch (error) {
  await ended();
  console.error(`${glyphs.failed} ${error.message}`);
  process.exit(1);
}

// From Node.js 22 on, compiled code is kept for this process and those that it starts.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/node");
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);

await import(await commandLine(root));

function isHelp() {
  return process.argv.slice(3).some((word) => word === "--help" || word === "-h");
}

/** Installs the modules into another folder, and moves the tree here. */
async function installElsewhere() {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-modules-"));
  try {
    for (const file of ["package.json", "package-lock.json", "sdks/vagrant/package.json"]) {
      cpSync(join(root, file), join(folder, file));
    }
    await install(folder);
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
async function once(name, files, what, action) {
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
  await action();
  console.error(`${glyphs.done} ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, content);
}

function sdkSources() {
  return readdirSync(join(root, "sdks/vagrant"))
    .filter((file) => /\.(ts|json)$/.test(file))
    .map((file) => join("sdks/vagrant", file))
    .sort();
}
