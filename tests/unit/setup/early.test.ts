import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");
let checkout: string;

jest.setTimeout(60_000);

/*
 * A checkout whose npm is a stand-in: it makes the modules of this one appear, in the checkout's own folder only after
 * the early set-up has begun its work, where a test expects one.
 */
const npm = `#!/bin/sh
set -e
if [ -e cli ] && [ -n "$EXPECTED" ]; then
  timeout 30 sh -c 'until [ -e early ]; do sleep 0.1; done'
fi
mkdir -p node_modules/@pulumi
for name in "$MODULES"/[!@.]* "$MODULES"/@[!p]*; do ln -s "$name" node_modules/; done
for name in "$MODULES"/@pulumi/[!v]*; do ln -s "$name" node_modules/@pulumi/; done
# The SDK is built by nothing.
rm node_modules/typescript
mkdir -p node_modules/typescript/bin sdks/vagrant/bin
: >node_modules/typescript/bin/tsc
`;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "ipvs-lab early "));
  for (const path of ["setup", "package.json", "package-lock.json", "sdks"]) {
    cpSync(join(root, path), join(checkout, path), {
      recursive: true,
      filter: (file) => !/\/(bin|node_modules)$/.test(file),
    });
  }
  for (const folder of ["cli", "path"]) {
    mkdirSync(join(checkout, folder));
  }
  cpSync(join(root, "cli/package.json"), join(checkout, "cli/package.json"));
  writeFileSync(
    join(checkout, "cli/main.ts"),
    `import { existsSync } from "node:fs";
    import { ended } from "../setup/early/early.mjs";
    await ended();
    console.log(existsSync("early"), existsSync("done"), existsSync("setup/early/node_modules"));`,
  );
  writeFileSync(join(checkout, "path/npm"), npm, { mode: 0o755 });
});
afterEach(() => {
  rmSync(checkout, { recursive: true });
});

/** The early set-up's work: it needs a package, and is not done at once. */
function early(then: string): void {
  writeFileSync(
    join(checkout, "setup/early/main.ts"),
    `import { writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { stringify } from "yaml";
    const text: string = stringify("begun");
    writeFileSync("early", text);
    await sleep(500);
    ${then}`,
  );
}

function bootstrap(words: string[], expected = "") {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(checkout, "setup/bootstrap.mjs"), ...words],
    {
      cwd: checkout,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${join(checkout, "path")}:${process.env.PATH ?? ""}`,
        MODULES: join(root, "node_modules"),
        EXPECTED: expected,
      },
    },
  );
  return { status, stdout, stderr };
}

test.each(["start", "test", "setup"])(
  "%s begins with the machines while npm installs the modules, and waits for them where they are needed",
  (command) => {
    early('writeFileSync("done", "");');
    expect(bootstrap([command], "yes")).toMatchObject({ status: 0, stdout: "true true false\n" });
  },
);

test("an early set-up that fails stops nothing: the set-up proper reports why", () => {
  early("throw new Error('for a reason');");
  expect(bootstrap(["start"], "yes")).toMatchObject({ status: 0, stdout: "true false false\n" });
});

test.each(["preview", "start --help", "destroy"])("%s installs nothing early", (line) => {
  early('writeFileSync("done", "");');
  expect(bootstrap(line.split(" "))).toMatchObject({ status: 0, stdout: "false false false\n" });
});

test("with the modules in place there is nothing to do early", () => {
  early("");
  expect(bootstrap(["preview"])).toMatchObject({ status: 0 });
  expect(bootstrap(["start"])).toMatchObject({ status: 0, stdout: "false false false\n" });
});

test("its packages are the project's, in the same versions", () => {
  const manifest = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<
      "dependencies" | "devDependencies",
      Record<string, string>
    >;
  const { dependencies, devDependencies } = manifest(".");
  expect({ ...dependencies, ...devDependencies }).toMatchObject(
    manifest("setup/early").dependencies,
  );
});
