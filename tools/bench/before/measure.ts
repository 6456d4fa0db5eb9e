import type { Checkout, Work } from "./works.js";

/** What was measured with each checkout. */
export interface Comparison {
  name: string;
  aim: number;
  before: number[];
  now: number[];
}

/** Measures each work in turns: before, now, before, now. */
export async function compare(
  works: Work[],
  checkouts: Record<"before" | "now", Checkout>,
  rounds: number,
  note: (line: string) => void,
): Promise<Comparison[]> {
  const found = new Map<string, Comparison>();
  for (const work of works) {
    for (let round = 1; round <= rounds; round++) {
      for (const which of ["before", "now"] as const) {
        const figures = await work.run(checkouts[which]);
        for (const [name, value] of figures.flatMap((one) => Object.entries(one))) {
          const entry = found.get(name) ?? { name, aim: work.aims[name] ?? 1, before: [], now: [] };
          entry[which].push(value);
          found.set(name, entry);
          note(`round ${round}, ${which}: ${name} ${value}`);
        }
      }
    }
  }
  return [...found.values()];
}
