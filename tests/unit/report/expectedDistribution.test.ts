import { schedulers } from "../../../components/ipvs/schedulers";
import { compareWithExpected } from "../../../report/distribution";
import { expectedDistributions } from "../../../report/expectedDistribution";
import { answered } from "../../support/report/numbers";

const weights = [3, 2, 1];

test.each([
  ["rr", [4, 4, 4]],
  ["wrr", [6, 4, 2]],
  ["lc", [4, 4, 4]],
  ["wlc", [6, 4, 2]],
  ["sed", [6, 4, 2]],
  ["nq", [6, 4, 2]],
  ["lblc", [6, 4, 2]],
  ["lblcr", [6, 4, 2]],
  ["dh", [4, 4, 4]],
  ["sh", [6, 4, 2]],
  ["mh", [6, 4, 2]],
  ["twos", [6, 4, 2]],
  ["fo", [12, 0, 0]],
  ["ovf", [4, 3, 2]],
] as const)(
  "%s is expected to give %j of 12, where members weigh 3, 2 and 1",
  (scheduler, shares) => {
    expect(expectedDistributions[scheduler].shares(12, weights)).toEqual(shares);
  },
);

test("fo and ovf look for the heaviest wherever it stands", () => {
  expect(expectedDistributions.fo.shares(9, [1, 3, 2])).toEqual([0, 9, 0]);
  expect(expectedDistributions.ovf.shares(9, [1, 3, 2])).toEqual([2, 4, 3]);
  expect(expectedDistributions.ovf.shares(5, [1, 3, 2])).toEqual([0, 4, 1]);
});

test("the expected distribution of every scheduler is a sentence of its own", () => {
  const words = schedulers.map((scheduler) => expectedDistributions[scheduler].words);
  expect(new Set(words).size).toBe(schedulers.length);
  expect(words.filter((sentence) => !/^[A-Z].*\.$/.test(sentence))).toEqual([]);
});

test("an exact distribution is missed by one connection", () => {
  const kept = compareWithExpected("wrr", weights, { first: answered(30, 20, 10), again: [] });
  expect(kept).toMatchObject({ isAsExpected: true, holds: "exactly", connections: 60 });
  expect(kept.members[1]).toEqual({ name: "member2", weight: 2, expected: 20, got: 20 });
  expect(
    compareWithExpected("wrr", weights, { first: answered(30, 19, 11), again: [] }).isAsExpected,
  ).toBe(false);
});

test("a distribution on average bears chance, and no more than chance explains", () => {
  const first = answered(33, 19, 8);
  const kept = compareWithExpected("mh", weights, { first, again: first });
  expect(kept).toMatchObject({
    isAsExpected: true,
    holds: "on average",
    stayed: { of: 60, same: 60 },
  });
  expect(kept.chance).toBeCloseTo(Math.exp(-(9 / 30 + 1 / 20 + 4 / 10) / 2));
  const wrong = answered(15, 20, 25);
  expect(compareWithExpected("mh", weights, { first: wrong, again: wrong })).toMatchObject({
    isAsExpected: false,
  });
});

test("a client that comes back to another member is unexpected of sh", () => {
  const first = answered(30, 20, 10);
  const again = ["member2", ...first.slice(1)];
  expect(compareWithExpected("sh", weights, { first, again })).toMatchObject({
    isAsExpected: false,
    stayed: { of: 60, same: 59 },
  });
});
