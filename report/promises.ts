import type { Scheduler } from "../components/ipvs/serviceLines";

/** What a scheduler promises of the connections that it is given. */
export interface SchedulerPromise {
  /** In a sentence that needs no other. */
  words: string;
  /**
   * What it looks at, so what connections have to differ in: "turn", nothing but their order;
   * "load", the connections that members hold; "source" and "destination", addresses.
   */
  by: "turn" | "load" | "source" | "destination";
  /** Whether the shares hold for every number of whole rounds, or only on average. */
  isExact: boolean;
  /**
   * How many of so many connections each member gets. A whole round is one connection for each unit of
   * all weights, or for each member where weights do not count.
   */
  shares: (connections: number, weights: number[]) => number[];
}

/** The promise of every scheduler. tests/kernel holds the kernel to them, and `npm run report` shows it. */
export const schedulerPromises: Record<Scheduler, SchedulerPromise> = {
  rr: {
    words: "One member after the other, whatever their weights.",
    ...{ by: "turn", isExact: true, shares: equally },
  },
  wrr: {
    words: "In turns, each member as often as its weight says.",
    ...{ by: "turn", isExact: true, shares: byWeight },
  },
  lc: {
    words: "The member with the fewest open connections, whatever its weight.",
    ...{ by: "load", isExact: true, shares: equally },
  },
  wlc: {
    words: "The member with the fewest open connections for its weight.",
    ...{ by: "load", isExact: true, shares: byWeight },
  },
  sed: {
    words: "The member that would have the fewest open connections for its weight.",
    ...{ by: "load", isExact: true, shares: byWeight },
  },
  nq: {
    words: "An idle member first, then as sed.",
    ...{ by: "load", isExact: true, shares: byWeight },
  },
  fo: {
    words: "The member with the highest weight alone, as long as it is there.",
    ...{ by: "turn", isExact: true, shares: toHeaviest },
  },
  ovf: {
    words:
      "The member with the highest weight, until it has more open connections than its weight.",
    ...{ by: "load", isExact: true, shares: overflowing },
  },
  lblc: {
    words: "A destination keeps its member; a new one gets the one with the fewest for its weight.",
    ...{ by: "destination", isExact: true, shares: byWeight },
  },
  lblcr: {
    words: "As lblc, with a set of members for each destination.",
    ...{ by: "destination", isExact: true, shares: byWeight },
  },
  dh: {
    words: "A destination keeps its member; destinations are spread evenly, whatever the weights.",
    ...{ by: "destination", isExact: false, shares: equally },
  },
  sh: {
    words: "A client keeps its member; clients are spread by weight.",
    ...{ by: "source", isExact: false, shares: byWeight },
  },
  mh: {
    words: "A client keeps its member, also when others go; clients are spread by weight.",
    ...{ by: "source", isExact: false, shares: byWeight },
  },
  twos: {
    words: "The less loaded of two members that are drawn by weight.",
    ...{ by: "load", isExact: false, shares: byWeight },
  },
};

function equally(connections: number, weights: number[]): number[] {
  return weights.map(() => connections / weights.length);
}

function byWeight(connections: number, weights: number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (connections * weight) / all);
}

function toHeaviest(connections: number, weights: number[]): number[] {
  const heaviest = weights.indexOf(Math.max(...weights));
  return weights.map((_, i) => (i === heaviest ? connections : 0));
}

/** The kernel looks whether a member has more than its weight, so each takes one more. */
function overflowing(connections: number, weights: number[]): number[] {
  const got = weights.map(() => 0);
  let left = connections;
  for (const i of [...weights.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))) {
    got[i] = Math.min(left, (weights[i] ?? 0) + 1);
    left -= got[i];
  }
  return got;
}
