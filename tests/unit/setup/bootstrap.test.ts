import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");
let checkout: string;
let first: ReturnType<typeof bootstrap>;

jest.setTimeout(60_000);

/*
 * A checkout whose npm is a stand-in: it makes the modules of this one appear, and the SDK as npm 9.2 does
 * with its defaults, as a copy. (tests/registry installs with real ones.)
 */
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "checkout of 100 % "));
  for (const path of [
    "setup/bootstrap.mjs",
    "setup/commandLine.mjs",
    "setup/display",
    "setup/early",
    "setup/install.mjs",
    "setup/nodejs.mjs",
    "setup/osRelease.mjs",
    "package.json",
    "package-lock.json",
    "sdks",
  ]) {
    cpSync(join(root, path), join(checkout, path), {
      recursive: true,
      filter: (file) => !/\/(bin|node_modules)$/.test(file),
    });
  }
  mkdirSync(join(checkout, "cli"));
  writeFileSync(join(checkout, "cli/main.ts"), `console.log("cli");\n`);
  const copied = `
    rm -rf node_modules && mkdir -p node_modules/@pulumi
    for name in "$MODULES"/[!@.]* ; do ln -s "$name" node_modules/; done
    for name in "$MODULES"/@[!p]* ; do ln -s "$name" node_modules/; done
    for name in "$MODULES"/@pulumi/[!v]* ; do ln -s "$name" node_modules/@pulumi/; done
    cp -R sdks/vagrant node_modules/@pulumi/vagrant`;
  mkdirSync(join(checkout, "path"));
  const npm = `#!/bin/sh\nset -e\necho "$PWD: $@" >>"$CALLS"\n${copied}\n`;
  writeFileSync(join(checkout, "path/npm"), npm, { mode: 0o755 });
  first = bootstrap();
});
afterAll(() => {
  rmSync(checkout, { recursive: true });
});

function bootstrap() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(checkout, "setup/bootstrap.mjs")],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${join(checkout, "path")}:${process.env.PATH ?? ""}`,
        MODULES: join(root, "node_modules"),
        CALLS: join(checkout, "npm-calls"),
      },
    },
  );
  return { status, stdout, stderr };
}

/** Where a program that imports the SDK finds it. */
const sdk = () => realpathSync(join(checkout, "node_modules/@pulumi/vagrant"));
const calls = () => readFileSync(join(checkout, "npm-calls"), "utf8").trim().split("\n");

test("the SDK that is built is the one that programs import, though npm made a copy of it", () => {
  expect(first).toMatchObject({ status: 0, stdout: "cli\n" });
  expect(sdk()).toBe(realpathSync(join(checkout, "sdks/vagrant")));
  expect(existsSync(join(sdk(), "bin/index.js"))).toBe(true);
});

test("a copy that an `npm install` by hand makes later is put right, and nothing is installed anew", () => {
  const link = join(checkout, "node_modules/@pulumi/vagrant");
  rmSync(link);
  cpSync(join(root, "sdks/vagrant/package.json"), join(link, "package.json"));
  expect(bootstrap()).toMatchObject({ status: 0, stdout: "cli\n", stderr: "" });
  expect(existsSync(join(sdk(), "bin/index.js"))).toBe(true);
  expect(calls()).toHaveLength(1);
});

test("an SDK whose build was cleaned away is built again", () => {
  rmSync(join(checkout, "sdks/vagrant/bin"), { recursive: true });
  expect(bootstrap()).toMatchObject({ status: 0, stdout: "cli\n" });
  expect(existsSync(join(sdk(), "bin/index.js"))).toBe(true);
});

test("npm never works in a folder whose path it would take for escapes", () => {
  const [folder = ""] = calls().map((line) => line.split(": ")[0]);
  expect(checkout).toContain("%");
  expect(folder).not.toContain("%");
  expect(existsSync(folder)).toBe(false);
});

test("npm is told what the user's settings may say otherwise", () => {
  expect(calls()[0]).toContain("--install-links=false");
  expect(calls()[0]).toContain("--include=dev");
});

test("a link that leads nowhere is put right", () => {
  const link = join(checkout, "node_modules/@pulumi/vagrant");
  rmSync(link);
  symlinkSync("nowhere", link);
  expect(bootstrap()).toMatchObject({ status: 0 });
  expect(existsSync(join(sdk(), "bin/index.js"))).toBe(true);
});
