import { evaluated } from "../../../support/evaluate";

/** What a function of the module returns. */
function result(name: string, ...args: unknown[]): Promise<unknown> {
  const words = args.map((arg) => JSON.stringify(arg)).join(", ");
  return evaluated("cli/failover/result.ts", `m.${name}(${words})`);
}

const answer = (at: number) => ({ at, until: at + 0.1, answered: true });
const asked = [
  answer(1),
  answer(2),
  { at: 2.5, until: 4.5, answered: false },
  answer(5),
  answer(6),
];

interface Times {
  moved: number;
  silence: number;
  both: number | null;
}
async function timesOf(moves: object[], lostLinks: object[] = []): Promise<Times> {
  const directors = { from: "machine1", to: "machine2" };
  const seen = { moves, lostLinks };
  return (await result("timesOf", { pull: 2.2, plug: 8 }, directors, asked, seen)) as Times;
}

test("silence is the longest time between answers, from the first request on", async () => {
  expect(await result("longestSilence", asked)).toBeCloseTo(3);
  const late = [{ at: 0, until: 2, answered: false }, answer(4)];
  expect(await result("longestSilence", late)).toBeCloseTo(4.1);
  const never = [answer(0), { at: 1, until: 6, answered: false }];
  expect(await result("longestSilence", never)).toBeCloseTo(5.9);
  expect(await result("longestSilence", [])).toBe(0);
});

test("the move is counted from the pulled cable, and lost requests are counted", async () => {
  const moves = [
    { director: "machine1", has: true, at: 0 },
    { director: "machine1", has: false, at: 2.3 },
    { director: "machine2", has: true, at: 3.4 },
  ];
  const times = await timesOf(moves);
  expect(times).toMatchObject({ requests: 5, lost: 1, both: 0 });
  expect(times.moved).toBeCloseTo(1.2);
  expect(times.silence).toBeCloseTo(3);
});

test("the move is counted from the time when the director's kernel saw its link go", async () => {
  const moves = [
    { director: "machine1", has: true, at: 0 },
    { director: "machine2", has: true, at: 3.4 },
  ];
  const lost = (director: string, at: number) => ({ director, at });
  const links = [lost("machine1", 1), lost("machine2", 2.3), lost("machine1", 2.7)];
  expect((await timesOf(moves, links)).moved).toBeCloseTo(0.7);
  // The news of two machines may overtake each other.
  expect((await timesOf(moves, [lost("machine1", 3.5)])).moved).toBe(0);
});

test("two directors with the address at once are seen, from the time when the cable is back", async () => {
  const moves = [
    { director: "machine1", has: true, at: 0 },
    { director: "machine2", has: true, at: 3 },
    { director: "machine1", has: false, at: 8.4 },
  ];
  expect((await timesOf(moves)).both).toBeCloseTo(0.4);
  // It never ended: infinitely long, which JSON does not know.
  expect((await timesOf(moves.slice(0, 2))).both).toBeNull();
});

const good = {
  ...{ from: "machine1", to: "machine2", client: "machine4", moved: 1.24, silence: 1.5 },
  ...{ requests: 90, lost: 3, downloads: 4, whole: 4, both: 0 },
};

test("it is said in plain lines, and what is no failover is an error", async () => {
  expect(await result("resultLines", good)).toEqual([
    "machine1's cable was pulled; machine2 had the address 1.2 s later.",
    "machine4: 87 of 90 requests were answered; for 1.5 s none was.",
    "4 of 4 downloads that were under way came whole.",
    "machine1's cable is in again: it stands by, and never had the address beside machine2.",
  ]);
  expect(await result("failureOf", { ...good, whole: 3 })).toBe(
    "1 of 4 downloads broke off when the address moved",
  );
  const nobody = `m.failureOf({ ...${JSON.stringify(good)}, moved: NaN })`;
  expect(await evaluated("cli/failover/result.ts", nobody)).toBe(
    "no other director took the address",
  );
  expect(
    await evaluated("cli/failover/result.ts", `m.failureOf(${JSON.stringify(good)}) ?? 0`),
  ).toBe(0);
});

describe("of active directors", () => {
  const cable = { pull: 2.2, plug: 8 };
  const moves = [
    { director: "machine1", has: true, at: 0 },
    { director: "machine2", has: true, at: 0 },
    { director: "machine1", has: false, at: 3.3 },
    { director: "machine1", has: true, at: 9.5 },
  ];
  const lostLinks = [{ director: "machine1", at: 2.4 }];
  const times = async (all: object[], seen: object = { moves, lostLinks }) =>
    (await result("activeTimesOf", cable, { from: "machine1" }, all, seen)) as Record<
      string,
      number | null
    >;

  test("the router's change is counted from the lost link, and its return from the plug", async () => {
    const seen = await times(asked);
    expect(seen.moved).toBeCloseTo(0.9);
    expect(seen.back).toBeCloseTo(1.5);
    expect(seen).toMatchObject({ requests: 5, lost: 1 });
  });

  test("requests that are lost or slow disturb, up to the last that began, before the cable is back", async () => {
    const slow = { at: 3, until: 4.1, answered: true };
    const later = { at: 8.2, until: 9.9, answered: true };
    const early = { at: 1.2, until: 2.1, answered: true };
    expect((await times([early, ...asked, slow, later])).disturbed).toBeCloseTo(0.6);
    expect((await times([early, answer(3)])).disturbed).toBe(0);
  });

  test("what did not happen is no number", async () => {
    const seen = await times(asked, { moves: moves.slice(0, 2), lostLinks });
    expect([seen.moved, seen.back]).toEqual([null, null]);
  });

  const counted = (connections: number, packets: number) => ({ connections, packets });
  const active = {
    ...{ router: "machine4", disturbed: 0.84, back: 2.1 },
    carried: [
      {
        ...{ director: "machine1", before: counted(12, 100) },
        ...{ out: counted(0, 3), back: counted(20, 200) },
      },
      {
        ...{ director: "machine2", before: counted(9, 90) },
        ...{ out: counted(44, 400), back: counted(22, 230) },
      },
    ],
  };

  test("it is said in plain lines, with what each director carried", async () => {
    expect(await result("resultLines", { ...good, both: undefined, active })).toEqual([
      "machine1's cable was pulled; machine4, the router, sent everything to machine2 1.2 s later.",
      "Requests of the first 0.8 s were lost, or took more than half a second.",
      "machine4: 87 of 90 requests were answered; for 1.5 s none was.",
      "4 of 4 downloads that were under way came whole.",
      "machine1's cable is in again: the router sent to it as well 2.1 s later.",
      "",
      "Each director's own counters: before, while the cable was out, and after it was back",
      "machine1  12 connections (100 packets)  0 connections (3 packets)  20 connections (200 packets)",
      "machine2  9 connections (90 packets)  44 connections (400 packets)  22 connections (230 packets)",
    ]);
  });

  test.each([
    [{ whole: 2 }, "2 of 4 downloads broke off when connections went to another director"],
    [{ moved: "NaN" }, "machine4 went on sending to machine1, whose cable was out"],
    [{ active: { ...active, back: "NaN" } }, "machine4 does not send to machine1 again"],
  ])("an error: %o", async (changes, message) => {
    const text = JSON.stringify({ ...good, active, ...changes }).replaceAll('"NaN"', "NaN");
    expect(await evaluated("cli/failover/result.ts", `m.failureOf(${text})`)).toBe(message);
  });
});
