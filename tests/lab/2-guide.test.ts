import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configure, plan, root, run, stack, succeeds } from "./harness";

/* The guide through the workshop, typed as it stands, in both languages. */

interface Block {
  language: string;
  lines: string[];
}

/** The blocks of code in a document, in their order. */
function blocks(document: string): Block[] {
  const text = readFileSync(join(root, "docs", document), "utf8");
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", inside = ""]) => ({
    language,
    lines: inside.trimEnd().split("\n"),
  }));
}

/** Whether a line that a guide shows stands for one that was printed: "…" is anything, blanks are alike. */
function matches(shown: string, printed: string): boolean {
  const literal = shown.split("…").map((part) =>
    part
      .trim()
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\s+/g, "\\s+"),
  );
  return new RegExp(literal.join(".*")).test(printed);
}

/** The lines shown that were not printed in that order. */
function missing(shown: string[], printed: string): string[] {
  const lines = printed.split("\n");
  let from = 0;
  return shown.filter((line) => {
    const at = lines.findIndex((one, i) => i >= from && matches(line, one));
    from = at < 0 ? from : at + 1;
    return at < 0;
  });
}

const english = blocks("workshop.md");
const typed = english.flatMap(({ language, lines }, i) => {
  const next = english[i + 1];
  const shown = next?.language === "text" ? next.lines : [];
  return language === "sh" ? [{ commands: lines.join("\n"), shown }] : [];
});

beforeAll(() => {
  configure();
});
afterAll(() => {
  configure();
});

test("the guide's code is in index.ts, line by line", () => {
  const program = readFileSync(join(root, "index.ts"), "utf8");
  for (const { lines } of english.filter(({ language }) => language === "ts")) {
    expect(program).toContain(lines.join("\n"));
  }
});

test("the French guide has the same code, commands and answers", () => {
  expect(blocks("atelier.fr.md")).toEqual(english);
});

test.each(typed)("$commands", async ({ commands, shown }) => {
  const environment = { IPVS_LAB_STACK: stack };
  const { all } = await succeeds(run("bash", ["-e", "-c", commands], "", environment));
  expect({ missing: missing(shown, all), all }).toMatchObject({ missing: [] });
});

test("after the whole guide the lab is as it was", async () => {
  expect(await plan()).toEqual({});
});
