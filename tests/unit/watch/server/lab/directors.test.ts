import { evaluate } from "../../../../support/watch/modules";

/** What a test does to the samplers of machine1 and machine2: a line of one, or its end. */
type Step = { of: string; line: object } | { of: string; ends: string };

interface Seen {
  /** The director and the weight of each sample that was sent. */
  samples: { director?: string; weight: number }[];
  states: unknown[];
  warnings: string[];
  /** The samplers that were started. */
  started: string[];
}

const link = (address: boolean, carrier = true) => ({ address, carrier });
/** A line with one member of a weight, by which a director's table is told from another's. */
const table = (weight: number, active = 2, inactive = 3) => ({
  ...{ t: 1, scheduler: "rr", cost: 0.01 },
  members: [[weight, active, inactive, 0, 1]],
});

function seen(steps: Step[], names = ["machine1", "machine2"]): Seen {
  return evaluate(`
    import { Directors } from "@watch/server/lab/directors.ts";
    const seen = { samples: [], states: [], warnings: [], started: [] };
    const samplers = {};
    const names = ${JSON.stringify(names)};
    const directors = new Directors({
      names,
      start: (director, onLine, onEnd) => {
        seen.started.push(director);
        samplers[director] = { onLine, onEnd };
        return { close: async () => {} };
      },
      onSample: ({ director, members }) => seen.samples.push({ director, weight: members[0].weight }),
      onState: () => seen.states.push(names.map((name) => directors.stateOf(name) ?? null)),
      warn: (what) => seen.warnings.push(what),
    });
    for (const { of, line, ends } of ${JSON.stringify(steps)}) {
      line ? samplers[of].onLine(JSON.stringify(line)) : samplers[of].onEnd(ends);
      if (ends) directors.retry(of);
    }
    await directors.close();
    console.log(JSON.stringify(seen));
  `) as Seen;
}

test("samples are those of the director that has the address, and go over with it", () => {
  const { samples } = seen([
    { of: "machine1", line: link(true) },
    { of: "machine2", line: link(false) },
    { of: "machine1", line: table(1) },
    { of: "machine2", line: table(2) },
    { of: "machine1", line: link(false, false) },
    { of: "machine1", line: table(3) },
    { of: "machine2", line: table(4) },
    { of: "machine2", line: link(true) },
    { of: "machine2", line: table(5) },
  ]);
  expect(samples).toEqual([
    { director: "machine1", weight: 1 },
    { director: "machine2", weight: 5 },
  ]);
});

test("a director alone is sampled whether or not it has the address, and is not named", () => {
  const steps: Step[] = [
    { of: "machine1", line: link(false) },
    { of: "machine1", line: table(7) },
  ];
  expect(seen(steps, ["machine1"]).samples).toEqual([{ weight: 7 }]);
});

test("a state has the address, the link and the connections, and is told when it changes", () => {
  const { states } = seen([
    { of: "machine2", line: link(false) },
    { of: "machine2", line: table(1, 4, 30) },
    { of: "machine2", line: table(1, 4, 30) },
    { of: "machine2", line: link(false, false) },
  ]);
  const reached = { isReached: true, hasAddress: false };
  expect(states).toEqual([
    [null, { ...reached, hasLink: true, connections: 0 }],
    [null, { ...reached, hasLink: true, connections: 34 }],
    [null, { ...reached, hasLink: false, connections: 34 }],
  ]);
});

test("a director that is gone is not reached, has its sampler started again, and is complained of once", () => {
  const why = "machine1: Connection refused";
  const { states, warnings, started } = seen([
    { of: "machine1", line: link(true) },
    { of: "machine1", ends: why },
    { of: "machine1", ends: why },
    { of: "machine1", line: link(false) },
    { of: "machine1", ends: why },
  ]);
  expect(states.map((all) => (all as { isReached: boolean }[])[0]?.isReached)).toEqual([
    ...[true, false, true, false],
  ]);
  expect(warnings).toEqual([`no samples: ${why}`, `no samples: ${why}`]);
  expect(started).toEqual(["machine1", "machine2", "machine1", "machine1", "machine1"]);
});
