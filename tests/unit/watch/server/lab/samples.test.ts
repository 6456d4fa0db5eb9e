import { evaluate } from "../../../../support/watch/modules";

/** [seconds, the members' counters] as the sampler prints them; a member that is not there is null. */
type Seen = [number, (number | null)[]];

/** What becomes of lines of the sampler's: the rates of each. */
function ratesOf(...seen: Seen[]): number[][] {
  const lines = seen.map(([t, counts]) => ({
    t,
    scheduler: "rr",
    cost: 0.01,
    members: counts.map((count) => (count === null ? null : [1, 0, 0, count, 1])),
  }));
  return evaluate(`
    import { Samples } from "@watch/server/lab/samples.ts";
    const samples = new Samples();
    const lines = ${JSON.stringify(lines)};
    const all = lines.map((line) => samples.read(JSON.stringify(line), 7).members);
    console.log(JSON.stringify(all.map((members) => members.map((m) => m.connections))));
  `) as number[][];
}

/** One line as a sample, or what is said against it. */
function sampleOf(line: unknown): unknown {
  return evaluate(`
    import { Samples } from "@watch/server/lab/samples.ts";
    try {
      console.log(JSON.stringify(new Samples().read(${JSON.stringify(JSON.stringify(line))}, 1234)));
    } catch {
      console.log('"refused"');
    }
  `);
}

test("a line becomes a sample: states in words, members that are not there, the scheduler", () => {
  const members = [[3, 2, 9, 100, 1], [1, 0, 0, 5, 0], null, [0, 0, 0, 0, -1]];
  expect(sampleOf({ t: 5.5, scheduler: "wrr", cost: 0.02, members })).toEqual({
    type: "sample",
    at: 1234,
    scheduler: "wrr",
    members: [
      { state: "up", weight: 3, active: 2, inactive: 9, connections: 0 },
      { state: "down", weight: 1, active: 0, inactive: 0, connections: 0 },
      { state: "absent", weight: 0, active: 0, inactive: 0, connections: 0 },
      { state: "unknown", weight: 0, active: 0, inactive: 0, connections: 0 },
    ],
    cost: 0.02,
  });
});

test("without the service there is no scheduler", () => {
  const sample = sampleOf({ t: 1, scheduler: null, cost: 0, members: [null] });
  expect(sample).not.toHaveProperty("scheduler");
});

test.each([{}, { t: "1", scheduler: "rr", cost: 0, members: [] }, [1], { members: [[1, 2]] }])(
  "%j is no line of the sampler's",
  (line) => {
    expect(sampleOf(line)).toBe("refused");
  },
);

test("a line about the link is told from one with the table", () => {
  expect(
    evaluate(`
    import { linkOf } from "@watch/server/lab/samples.ts";
    const lines = ['{"address":true,"carrier":false}', '{"t":1,"scheduler":null,"members":[]}'];
    console.log(JSON.stringify(lines.map((line) => linkOf(line) ?? null)));
  `),
  ).toEqual([{ hasAddress: true, hasLink: false }, null]);
});

test("counters that move every two seconds give a steady rate, however often they are looked at", () => {
  // 10 a second to one and 5 to the other.
  const every: Seen[] = [
    [0, [0, 0]],
    [1, [20, 10]],
    [2, [20, 10]],
    [3, [40, 20]],
    [4, [40, 20]],
    [5, [60, 30]],
  ];
  expect(ratesOf(...every)).toEqual([[0, 0], ...every.slice(1).map(() => [10, 5])]);
  const seldom: Seen[] = [
    [0, [0, 0]],
    [6, [60, 30]],
    [12, [120, 60]],
  ];
  expect(ratesOf(...seldom).slice(1)).toEqual([
    [10, 5],
    [10, 5],
  ]);
});

test("what stands still comes to nothing, and begins anew at its full rate", () => {
  const rates = ratesOf([0, [0]], [1, [20]], [3, [20]], [5.5, [20]], [9, [20]], [10, [60]]);
  expect(rates.flat()).toEqual([0, 10, 10, 0, 0, 20]);
});

test("a member that was taken out and came back has not counted backwards", () => {
  const rates = ratesOf(
    [0, [500, 0]],
    [1, [520, 20]],
    [3, [null, 40]],
    [3.5, [0, 40]],
    [5, [20, 60]],
  );
  expect(rates.map(([first]) => first)).toEqual([0, 10, 0, 0, 10]);
});
