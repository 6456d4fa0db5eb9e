import * as fc from "fast-check";
import { UntilMark } from "../../../../../providers/command/program/untilMark";

test("what comes before a mark is passed on, however it comes, and the rest of the mark's line is kept", async () => {
  const bytes = fc.stringMatching(/^[abx\n]{0,12}$/);
  const cuts = fc.array(fc.nat(40), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, cuts, async (before, after, at) => {
      fc.pre(!before.includes("abab") && !`${before}abab`.slice(0, -1).includes("abab"));
      const passed: string[] = [];
      const until = new UntilMark("abab", (data) => passed.push(data.toString()));
      const all = `${before}abab 17\n${after}`;
      const places = [0, ...at.map((n) => n % all.length).sort((a, b) => a - b), all.length];
      for (const [i, place] of places.slice(0, -1).entries()) {
        until.add(Buffer.from(all.slice(place, places[i + 1])));
      }
      expect(await until.found).toBe("17");
      expect(passed.join("")).toBe(before);
    }),
    { numRuns: 500 },
  );
});

test("whole lines are passed on at once", () => {
  const passed: string[] = [];
  const until = new UntilMark("abc", (data) => passed.push(data.toString()));
  until.add(Buffer.from("a line\n"));
  until.add(Buffer.from("ab"));
  expect(passed).toEqual(["a line\n"]);
  until.add(Buffer.from("\n"));
  expect(passed).toEqual(["a line\n", "ab\n"]);
  expect(until.isFound).toBe(false);
});
