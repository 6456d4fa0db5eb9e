import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "../../..");
const folder = join(root, "docs/reference");
const pages = readdirSync(folder).map((name) => join(folder, name));
const architecture = join(root, "docs/architecture.md");

test("the reference and the diagrams are as the code has them", () => {
  const command = [join(root, "setup/bootstrap.mjs"), "docs", "--check"];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 300_000);

test("every page is reached from the index", () => {
  const index = readFileSync(join(folder, "README.md"), "utf8");
  for (const name of readdirSync(folder).filter((name) => name !== "README.md")) {
    expect(index).toContain(`](${name})`);
  }
});

test("every link of the reference and the architecture leads to a file", () => {
  const broken = [architecture, ...pages].flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !link.startsWith("https://") && !existsSync(join(dirname(page), link)))
      .map((link) => `${relative(root, page)}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("the reference says something of every property, and nothing of what is internal", () => {
  for (const page of pages) {
    const text = readFileSync(page, "utf8");
    expect(text).not.toMatch(/\| +- +\|$/m);
    expect(text).not.toMatch(/@internal|\bzod\b|ZodType/i);
    expect(text).not.toContain(root);
  }
});
