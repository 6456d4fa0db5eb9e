import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { optionNames } from "../../support/optionNames";

const root = join(__dirname, "../../..");
const text = readFileSync(join(root, "docs/features.md"), "utf8");
const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| -"));

test("every test that the table of features names is there", () => {
  const named = [...text.matchAll(/tests\/[\w/-]+\.test\.ts/g)].map(([path]) => path);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(Object.entries(optionNames))("every %s that there is has its row", (_, names) => {
  const words = new Set(rows.flatMap((row) => row.match(/[\w-]+/g) ?? []));
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});

test("every row has a word for each of the other programs", () => {
  const cells = rows.map((row) => row.split("|").slice(-5, -1));
  expect(cells.flat()).toHaveLength(4 * rows.length);
  expect(cells.filter((words) => words.some((word) => word.trim() === ""))).toEqual([]);
});
