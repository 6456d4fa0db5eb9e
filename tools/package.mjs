// Makes lib/, the components as a package for other projects: JavaScript with its types, the scripts for machines, and
// the SDK of @pulumi/vagrant, which is in no registry. `npm pack` runs it.
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lib = join(root, "lib");
const vagrant = join(lib, "vagrant");

rmSync(lib, { recursive: true, force: true });
compile("tsconfig.package.json");
const noMaps = ["--sourceMap", "false", "--declarationMap", "false"];
// Set-up, which builds the same for this checkout, has checked it.
compile("sdks/vagrant", "--outDir", vagrant, ...noMaps, "--noCheck", "--lib", "es2022");
for (const ending of [".sh", ".awk"]) {
  for (const file of files(join(root, "components"), ending)) {
    cpSync(join(root, "components", file), join(lib, file));
  }
}
// The SDK reads its own version from this file. It has no name and no plugin: a user without Vagrant does not need the
// plugin.
const { version } = JSON.parse(readFileSync(join(root, "sdks/vagrant/package.json"), "utf8"));
writeFileSync(join(vagrant, "package.json"), `${JSON.stringify({ version }, null, 2)}\n`);
for (const file of [...files(lib, ".js"), ...files(lib, ".d.ts")]) {
  const text = readFileSync(join(lib, file), "utf8");
  const sdk = `./${relative(dirname(file), "vagrant")}`;
  writeFileSync(join(lib, file), text.replaceAll('"@pulumi/vagrant"', JSON.stringify(sdk)));
}

function compile(...args) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", ...args], {
    cwd: root,
    // The output of npm pack must be the package's name alone.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    process.exit(1);
  }
}

function files(folder, ending) {
  return readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(ending));
}
