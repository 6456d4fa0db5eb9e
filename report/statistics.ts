/**
 * The nearest-rank percentile: the smallest value that at least `percent` of 100 values do not exceed. `percent` is
 * above 0 and at most 100.
 * @throws RangeError when there are no values, or for another `percent`.
 */
export function percentile(values: number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) {
    throw new RangeError(`a percentile is above 0 and at most 100, not ${percent}`);
  }
  const sorted = values.slice().sort((a, b) => a - b);
  // Computed in tenths of a percent: in floating point, 0.999 * 1000 is more than 999.
  const value = sorted[Math.ceil((Math.round(percent * 10) * sorted.length) / 1000) - 1];
  if (value === undefined) {
    throw new RangeError("no values have no percentile");
  }
  return value;
}

/** The distance of counts from the expected ones: Pearson's chi-squared, 0 when they are equal. */
export function chiSquared(got: number[], expected: number[]): number {
  return got.reduce((sum, n, i) => {
    const wanted = expected[i] ?? 0;
    // When nothing is expected, any count is infinitely far off.
    return sum + (n === wanted ? 0 : (n - wanted) ** 2 / wanted);
  }, 0);
}

/**
 * The probability, from 0 to 1, that chance alone is at least as far off, for counts of three kinds. With two degrees
 * of freedom, chi-squared has the exponential distribution.
 */
export function chanceOfThree(got: number[], expected: number[]): number {
  if (got.length !== 3 || expected.length !== 3) {
    throw new RangeError(`this is for three counts, not ${got.length} of ${expected.length}`);
  }
  return Math.exp(-chiSquared(got, expected) / 2);
}

/**
 * The 95 % confidence interval of the ratio of two medians. Both were measured in the same turns. The turns are
 * resampled `rounds` times, as a block bootstrap by percentiles: a slow moment of the machine lasts longer than one
 * value, so single values are not independent. The same values always give the same interval.
 * @returns Undefined when either has no values, or when there is only one turn.
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

/** Pseudo-random numbers from 0 to below 1, the same for each run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
