import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocks } from "../../support/guide";

const english = blocks("workshop.md");

test("the guide's code is in index.ts, line by line", () => {
  const program = readFileSync(join(__dirname, "../../../index.ts"), "utf8");
  const code = english.filter(({ language }) => language === "ts");
  expect(code.length).toBeGreaterThan(3);
  for (const { lines } of code) {
    expect(program).toContain(lines.join("\n"));
  }
});

test("the French guide has the same code, commands and answers", () => {
  expect(blocks("atelier.fr.md")).toEqual(english);
});
