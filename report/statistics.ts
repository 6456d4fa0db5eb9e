/**
 * The nearest-rank percentile: the smallest of the values that at least `percent` of 100 of them do not
 * exceed. `percent` is above 0 and at most 100.
 * @throws RangeError where there are no values, or for another `percent`
 */
export function percentile(values: number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) {
    throw new RangeError(`a percentile is above 0 and at most 100, not ${percent}`);
  }
  const sorted = values.slice().sort((a, b) => a - b);
  // In tenths of a percent: 0.999 * 1000 is more than 999 to a computer.
  const value = sorted[Math.ceil((Math.round(percent * 10) * sorted.length) / 1000) - 1];
  if (value === undefined) {
    throw new RangeError("no values have no percentile");
  }
  return value;
}

/** How far counts are from what was expected of them: Pearson's chi-squared, 0 where they are equal. */
export function chiSquared(got: number[], expected: number[]): number {
  return got.reduce((sum, n, i) => {
    const wanted = expected[i] ?? 0;
    // Where nothing is expected, anything is too much.
    return sum + (n === wanted ? 0 : (n - wanted) ** 2 / wanted);
  }, 0);
}

/**
 * How likely chance alone is to be at least as far off, from 0 to 1, for counts of three kinds: with two
 * degrees of freedom the distribution of chi-squared is the exponential one.
 */
export function chanceOfThree(got: number[], expected: number[]): number {
  if (got.length !== 3 || expected.length !== 3) {
    throw new RangeError(`this is for three counts, not ${got.length} of ${expected.length}`);
  }
  return Math.exp(-chiSquared(got, expected) / 2);
}

/**
 * Between which ratios that of two medians lies, with 95 % confidence. Both were measured in the same
 * turns, which are what is resampled, `rounds` times: what slows a machine down lasts longer than one
 * value, so single values are not independent of each other (a block bootstrap, by percentiles). The
 * same values have the same interval each time.
 * @returns undefined where either has no values, or there is only one turn
 */
export function medianRatioInterval(
  values: number[][],
  base: number[][],
  rounds = 1000,
): [from: number, to: number] | undefined {
  const turns = Math.min(values.length, base.length);
  if (turns < 2) {
    return undefined;
  }
  const random = generator(1);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const chosen = Array.from({ length: turns }, () => Math.floor(random() * turns));
    const [some, others] = [values, base].map((all) => chosen.flatMap((turn) => all[turn] ?? []));
    if (some?.length && others?.length) {
      ratios.push(percentile(some, 50) / percentile(others, 50));
    }
  }
  return ratios.length > 0 ? [percentile(ratios, 2.5), percentile(ratios, 97.5)] : undefined;
}

/** Numbers from 0 to below 1 that look like chance and are the same each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
