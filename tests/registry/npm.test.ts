import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

jest.setTimeout(10 * 60_000);

const root = join(__dirname, "../..");
/** Debian 13's and Ubuntu 26.04's; the last of 9; of Node.js 20 and 22; of these machines. */
const versions = ["9.2.0", "9.9.4", "10.9.4", "11.19.1"];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-npm-"));
  chmodSync(folder, 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The folder with the programs of an npm. */
function npm(version: string): string {
  const place = join(folder, `npm-${version}`);
  if (!existsSync(place)) {
    mkdirSync(place);
    execFileSync("npm", ["install", "--prefix", place, `npm@${version}`], { stdio: "ignore" });
  }
  return join(place, "node_modules/.bin");
}

/** A clone in which npm, of this version and with these settings, has installed what `npm run env` needs. */
function installed(version: string, settings: Record<string, string>, user?: number): string {
  const clone = mkdtempSync(join(folder, "clone-"));
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", root, clone], { stdio: "ignore" });
  if (user !== undefined) {
    execFileSync("chown", ["-R", String(user), clone]);
  }
  const { status, stderr } = spawnSync(process.execPath, ["setup/bootstrap.mjs", "env", "--help"], {
    ...{ cwd: clone, encoding: "utf8", uid: user },
    env: {
      ...process.env,
      ...settings,
      // Who runs the tests may have named these to npm.
      ...(user === undefined
        ? {}
        : { HOME: clone, npm_config_cache: join(clone, ".npm"), npm_config_userconfig: "" }),
      PATH: `${npm(version)}:${process.env.PATH ?? ""}`,
    },
  });
  expect(status === 0 ? "" : stderr).toBe("");
  return clone;
}

/** What a program gets that imports the SDK: undefined where that is not the one that is built. */
function imported(clone: string): string | undefined {
  const sdk = realpathSync(join(clone, "node_modules/@pulumi/vagrant"));
  const load = "process.stdout.write(typeof require('@pulumi/vagrant').Machine)";
  return sdk === realpathSync(join(clone, "sdks/vagrant"))
    ? execFileSync(process.execPath, ["-e", load], { cwd: clone }).toString()
    : undefined;
}

const cases = versions.flatMap((version) =>
  ["true", "false"].map((links): [string, string] => [version, links]),
);

test.each(cases)("npm %s with install-links=%s installs an SDK that loads", (version, links) => {
  const clone = installed(version, { npm_config_install_links: links, NODE_ENV: "production" });
  expect(imported(clone)).toBe("function");
});

test("an `npm ci` by hand, with npm 9.2's own defaults, does no harm", () => {
  const clone = installed("9.2.0", {});
  const path = `${npm("9.2.0")}:${process.env.PATH ?? ""}`;
  const env = { ...process.env, PATH: path };
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: clone, env, stdio: "ignore" });
  execFileSync(process.execPath, ["setup/bootstrap.mjs", "env", "--help"], { cwd: clone, env });
  expect(imported(clone)).toBe("function");
});

// Only root can become somebody else.
const asNobody = process.getuid?.() === 0 ? 65534 : undefined;
test("another user than root installs it as well", () => {
  expect(imported(installed("9.2.0", {}, asNobody))).toBe("function");
});
