import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { evaluated } from "../../support/evaluate";

jest.setTimeout(60_000);

const setup = join(__dirname, "../../../setup");

/** What is said of a version of Node.js. */
function said(version: string, words: string[], release: object): Promise<unknown> {
  const values = [version, words, release].map((value) => JSON.stringify(value)).join(", ");
  return evaluated("setup/nodejs.mjs", `m.tooOld(${values}) ?? "new enough"`);
}

const noble = { id: "ubuntu", name: "Ubuntu 24.04" };

test.each([
  ["18.19.1", ["start"], "npm start"],
  ["20.18.3", ["test"], "npm test"],
  ["16.20.2", ["ssh", "machine1", "it's"], "npm run ssh -- machine1 'it'\\''s'"],
])("Node.js %s is too old, and one command runs %j with a newer one", async (...row) => {
  const [version, words, command] = row;
  expect(await said(version, words, noble)).toBe(
    `ipvs-lab needs Node.js 20.19 or later; this is ${version}. On Ubuntu 24.04 this runs the same with a newer one, from npm's package "node":\n  npm exec --yes --package=node@24 -- ${command}`,
  );
});

test.each(["20.19.0", "22.0.0", "26.10.0"])("Node.js %s is new enough", async (version) => {
  expect(await said(version, ["start"], noble)).toBe("new enough");
});

test("where npm's package does not fit, the system's own is named", async () => {
  expect(await said("18.0.0", ["start"], { id: "alpine" })).toContain("apk add nodejs npm");
});

const early = ["display", "."].flatMap((folder) =>
  readdirSync(join(setup, folder))
    .filter((name) => name.endsWith(".mjs") && name !== "package.mjs")
    .map((name) => join(folder, name)),
);

test.each(early)(
  "%s is understood by Node.js 16, or nobody would read what it says",
  async (file) => {
    const text = readFileSync(join(setup, file), "utf8");
    const build = async (target: string) => (await transform(text, { target, format: "esm" })).code;
    expect(await build("node16.9")).toBe(await build("esnext"));
  },
);
