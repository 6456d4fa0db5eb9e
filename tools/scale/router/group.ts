/** The next hops of a route: a router's choice among directors, which are numbers. */
export interface Group {
  /** The director of a flow whose hash is from 0 to 2^31 - 1. */
  choose(hash: number): number;
  /** Other directors from now on, in the order of the route. */
  replace(directors: readonly number[]): void;
  /** The share of all hashes that would have to change directors if there were others. Nothing is changed. */
  moved(directors: readonly number[]): number;
}

/** The share of places of a list where the second one has another number. */
export function differing(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < before.length; i++) {
    count += before[i] === after[i] ? 0 : 1;
  }
  return count / before.length;
}
