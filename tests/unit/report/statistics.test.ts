import {
  chanceOfThree,
  chiSquared,
  medianRatioInterval,
  percentile,
} from "../../../report/statistics";

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

test.each([
  [1, 1],
  [50, 50],
  [90, 90],
  [99, 99],
  [99.1, 100],
  [100, 100],
])("the percentile %d of 1 to 100 is %d", (percent, value) => {
  expect(percentile(hundred, percent)).toBe(value);
});

test("a percentile is one of the values: the nearest rank, not between two", () => {
  expect(percentile([15, 20, 35, 40, 50], 30)).toBe(20);
  expect(percentile([15, 20, 35, 40, 50], 40)).toBe(20);
  expect(percentile([3, 1], 50)).toBe(1);
  expect(percentile([7], 99)).toBe(7);
});

test("99.9 % of 1000 values is the last but one", () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => i + 1);
  expect(percentile(thousand, 99.9)).toBe(999);
});

test("no values, and what is no percentage, have no percentile", () => {
  expect(() => percentile([], 50)).toThrow("no values");
  expect(() => percentile([1], 0)).toThrow("above 0");
  expect(() => percentile([1], 101)).toThrow("at most 100");
});

test("chi-squared is that of the textbook, and chance that of two degrees of freedom", () => {
  // 5.991 is the limit for 5 % in every table.
  expect(Math.exp(-5.991 / 2)).toBeCloseTo(0.05, 4);
  expect(chiSquared([30, 14, 16], [20, 20, 20])).toBeCloseTo(7.6);
  expect(chanceOfThree([30, 14, 16], [20, 20, 20])).toBeCloseTo(Math.exp(-3.8));
  expect(chanceOfThree([20, 20, 20], [20, 20, 20])).toBe(1);
  expect(() => chanceOfThree([1, 2], [1, 2])).toThrow("three");
});

test("what nobody expected has no chance", () => {
  expect(chanceOfThree([59, 1, 0], [60, 0, 0])).toBe(0);
  expect(chanceOfThree([60, 0, 0], [60, 0, 0])).toBe(1);
});

test("an interval has the ratio in it where the turns agree, and is wide where they do not", () => {
  const base = [
    [10, 11, 12],
    [10, 11, 12],
    [10, 11, 12],
  ];
  const double = base.map((turn) => turn.map((value) => 2 * value));
  expect(medianRatioInterval(double, base)).toEqual([2, 2]);
  const restless = [
    [10, 11, 12],
    [40, 44, 48],
    [10, 11, 12],
  ];
  const [from, to] = medianRatioInterval(restless, base) ?? [];
  expect(from).toBe(1);
  expect(to).toBe(4);
});

test("values of the same turn are compared with each other: a slow turn slows both", () => {
  const base = [
    [10, 11, 12],
    [100, 110, 120],
    [10, 11, 12],
    [100, 110, 120],
  ];
  expect(medianRatioInterval(base, base)).toEqual([1, 1]);
});

test("one turn, or none with values, has no interval", () => {
  expect(medianRatioInterval([[1]], [[1]])).toBeUndefined();
  expect(medianRatioInterval([[], []], [[1], [1]])).toBeUndefined();
});
