import { Box, Result } from "./box";
import { scenarios } from "./scenarios";

/** An emulated machine takes some seconds for each cut. */
const patience = 60 * 60 * 1000;
const results: Result[] = [];
const boxes = new Map<boolean, Box>();

/** The one with a system of its own, or the one without. */
function boxFor(system: boolean): Box {
  const box = boxes.get(system) ?? new Box(system);
  boxes.set(system, box);
  return box;
}

afterAll(async () => {
  await Promise.all([...boxes.values()].map((box) => box.end()));
  const differing = results.filter(({ differs }) => differs.length > 0);
  console.log(`${results.length} runs were cut and repeated; ${differing.length} differ`);
}, 60_000);

describe("a run that was cut and run once more ends as one that was not", () => {
  test.each(scenarios)(
    "%s",
    async (_, parts) => {
      const differing: Result[] = [];
      for (const part of parts) {
        const began = Date.now();
        const cuts = await boxFor(part.system).cut(part);
        const seconds = Math.round((Date.now() - began) / 1000);
        const wrong = cuts.filter(({ differs }) => differs.length > 0);
        process.stderr.write(
          `• ${part.name}: ${cuts.length} runs cut, ${wrong.length} differ, ${seconds} s\n`,
        );
        results.push(...cuts);
        differing.push(...wrong);
      }
      expect(differing).toEqual([]);
    },
    patience,
  );

  test("in at least three hundred places", () => {
    expect(results.length).toBeGreaterThanOrEqual(300);
  });
});
