import { hashes } from "../random";
import type { Group } from "./group";

/**
 * Linux's usual equal-cost routes (fib_rebalance in net/ipv4/fib_semantics.c, nh_hthr_group_rebalance in
 * net/ipv4/nexthop.c, RFC 2992): each director has one range of the hashes, in the order of the route.
 */
export class HashThreshold implements Group {
  private bounds: number[] = [];

  constructor(private directors: readonly number[]) {
    this.replace(directors);
  }

  replace(directors: readonly number[]): void {
    this.directors = directors;
    this.bounds = upperBounds(directors.length);
  }

  choose(hash: number): number {
    // The last hash of a range is in it.
    let [low, high] = [0, this.bounds.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hash > (this.bounds[middle] ?? 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.directors[low] ?? -1;
  }

  moved(directors: readonly number[]): number {
    const after = upperBounds(directors.length);
    let kept = 0;
    for (const [i, director] of this.directors.entries()) {
      const j = directors.indexOf(director);
      if (j >= 0) {
        const start = Math.max(this.bounds[i - 1] ?? -1, after[j - 1] ?? -1);
        const end = Math.min(this.bounds[i] ?? 0, after[j] ?? 0);
        kept += Math.max(0, end - start);
      }
    }
    return 1 - kept / hashes;
  }
}

function upperBounds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * hashes) / count) - 1);
}
