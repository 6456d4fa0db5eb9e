import { blocks } from "../../support/guide";
import { configure, plan, run, stack, succeeds } from "../../support/lab/harness";

/* The guide through the workshop, typed as it stands; tests/unit/docs/guide.test.ts compares the French one. */

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

test.each(typed)("$commands", async ({ commands, shown }) => {
  const environment = { IPVS_LAB_STACK: stack };
  const { all } = await succeeds(run("bash", ["-e", "-c", commands], "", environment));
  expect({ missing: missing(shown, all), all }).toMatchObject({ missing: [] });
});

test("after the whole guide the lab is as it was", async () => {
  expect(await plan()).toEqual({});
});
