/**
 * How many random cases fast-check tries. Each run of the tests has other ones, so a few are enough for every day.
 * IPVS_LAB_TEST_RUNS=10 tries ten times as many.
 */
export function cases(usual: number): { numRuns: number } {
  const times = Number(process.env.IPVS_LAB_TEST_RUNS ?? 1);
  if (!(times > 0)) {
    throw new Error("IPVS_LAB_TEST_RUNS must be a number above 0");
  }
  return { numRuns: Math.ceil(usual * times) };
}
