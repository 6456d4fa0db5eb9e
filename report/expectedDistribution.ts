import type { Scheduler } from "../components/ipvs/schedulers";

/** The distribution of connections that a scheduler is expected to make. */
export interface ExpectedDistribution {
  /** Its rule, in one sentence. */
  words: string;
  /**
   * The property by which the scheduler chooses, in which connections have to differ: "turn", nothing but their order;
   * "load", the members' open connections; "source" and "destination", addresses.
   */
  by: "turn" | "load" | "source" | "destination";
  /** True when the shares hold exactly for every number of whole rounds, and false when they hold only on average. */
  isExact: boolean;
  /**
   * The number of connections that each member gets. A whole round is one connection for each unit of all weights, or
   * for each member when weights do not count.
   */
  shares: (connections: number, weights: number[]) => number[];
}

/**
 * The expected distribution of every scheduler. tests/kernel checks the kernel against them, and `npm run report` shows
 * them.
 */
export const expectedDistributions: Record<Scheduler, ExpectedDistribution> = {
  rr: {
    words: "One member after the other, whatever their weights.",
    ...{ by: "turn", isExact: true, shares: equalShares },
  },
  wrr: {
    words: "In turns, each member as often as its weight says.",
    ...{ by: "turn", isExact: true, shares: sharesByWeight },
  },
  lc: {
    words: "The member with the fewest open connections, whatever its weight.",
    ...{ by: "load", isExact: true, shares: equalShares },
  },
  wlc: {
    words: "The member with the fewest open connections for its weight.",
    ...{ by: "load", isExact: true, shares: sharesByWeight },
  },
  sed: {
    words: "The member that would have the fewest open connections for its weight.",
    ...{ by: "load", isExact: true, shares: sharesByWeight },
  },
  nq: {
    words: "An idle member first, then as sed.",
    ...{ by: "load", isExact: true, shares: sharesByWeight },
  },
  fo: {
    words: "The member with the highest weight alone, as long as it is there.",
    ...{ by: "turn", isExact: true, shares: allToHeaviest },
  },
  ovf: {
    words:
      "The member with the highest weight, until it has more open connections than its weight.",
    ...{ by: "load", isExact: true, shares: overflowShares },
  },
  lblc: {
    words: "A destination keeps its member; a new one gets the one with the fewest for its weight.",
    ...{ by: "destination", isExact: true, shares: sharesByWeight },
  },
  lblcr: {
    words: "As lblc, with a set of members for each destination.",
    ...{ by: "destination", isExact: true, shares: sharesByWeight },
  },
  dh: {
    words: "A destination keeps its member; destinations are spread evenly, whatever the weights.",
    ...{ by: "destination", isExact: false, shares: equalShares },
  },
  sh: {
    words: "A client keeps its member; clients are spread by weight.",
    ...{ by: "source", isExact: false, shares: sharesByWeight },
  },
  mh: {
    words: "A client keeps its member, also when others go; clients are spread by weight.",
    ...{ by: "source", isExact: false, shares: sharesByWeight },
  },
  twos: {
    words: "The less loaded of two members that are drawn by weight.",
    ...{ by: "load", isExact: false, shares: sharesByWeight },
  },
};

function equalShares(connections: number, weights: number[]): number[] {
  return weights.map(() => connections / weights.length);
}

function sharesByWeight(connections: number, weights: number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (connections * weight) / all);
}

function allToHeaviest(connections: number, weights: number[]): number[] {
  const heaviest = weights.indexOf(Math.max(...weights));
  return weights.map((_, i) => (i === heaviest ? connections : 0));
}

/** The kernel moves on only when a member has more connections than its weight, so each member takes one more. */
function overflowShares(connections: number, weights: number[]): number[] {
  const got = weights.map(() => 0);
  let left = connections;
  for (const i of [...weights.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))) {
    got[i] = Math.min(left, (weights[i] ?? 0) + 1);
    left -= got[i];
  }
  return got;
}
