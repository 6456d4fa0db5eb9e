import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");
let folder: string;

/* A checkout with a command line of two files. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab command line "));
  for (const name of ["cli", "lab", "node_modules"]) {
    mkdirSync(join(folder, "here", name), { recursive: true });
  }
  for (const name of ["esbuild", "@esbuild", "execa", "yaml"]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "here/node_modules", name));
  }
  mkdirSync(join(folder, "here/setup"));
  for (const file of ["package-lock.json", "setup/commandLine.mjs"]) {
    cpSync(join(root, file), join(folder, "here", file));
  }
  writeFileSync(
    join(folder, "here/lab/paths.ts"),
    "export const here: string = import.meta.dirname;",
  );
  writeMain("one");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function writeMain(word: string): void {
  writeFileSync(
    join(folder, "here/cli/main.ts"),
    `import { parse } from "yaml";
    import { here } from "../lab/paths.js";
    console.log(parse("${word}"), here);`,
  );
}

/** What the command line prints, and how many builds there are of it. */
function run(at = "here") {
  const program = `
    import { readdirSync } from "node:fs";
    const place = ${JSON.stringify(join(folder, at))};
    const { commandLine } = await import(place + "/setup/commandLine.mjs");
    await import(await commandLine(place));
    console.log(readdirSync(place + "/node_modules/.cache/ipvs-lab-cli").length - 1);`;
  const words = ["--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return stdout + stderr;
}

test("sources know their own place, and are built once", () => {
  const printed = `one ${join(folder, "here/lab")}\n1\n`;
  expect(run()).toBe(printed);
  expect(run()).toBe(printed);
});

test("a source that was changed counts at once", () => {
  run();
  writeMain("two");
  expect(run()).toBe(`two ${join(folder, "here/lab")}\n2\n`);
});

test("a checkout that was copied or moved works in its own place", () => {
  run();
  cpSync(join(folder, "here"), join(folder, "copy"), { recursive: true, verbatimSymlinks: true });
  expect(run("copy")).toContain(join(folder, "copy/lab"));
  renameSync(join(folder, "here"), join(folder, "there"));
  expect(run("there")).toContain(join(folder, "there/lab"));
});
