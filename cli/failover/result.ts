/** A request of the client: when it began and ended, in seconds since the epoch, and whether it was answered. */
export interface Asked {
  at: number;
  until: number;
  answered: boolean;
}

/** A director that got or lost the address, in seconds since the epoch. */
export interface AddressMove {
  director: string;
  has: boolean;
  at: number;
}

/** A director whose kernel saw that its link was gone, in seconds since the epoch. */
export interface LostLink {
  director: string;
  at: number;
}

/** What was seen of a failover. Times are in seconds. */
export interface FailoverResult {
  /** The director whose cable was pulled, and the one that took over. */
  from: string;
  to: string;
  client: string;
  /** From the pulled cable, as its director's kernel saw it, until the other director had the address. */
  moved: number;
  /** The longest time in which no request was answered. */
  silence: number;
  requests: number;
  lost: number;
  /** Downloads that were under way, and those of them that came whole. */
  downloads: number;
  whole: number;
  /** How long both directors had the address after the cable was back. */
  both: number;
}

/** The times at which the cable was about to be pulled and plugged in again, in seconds since the epoch. */
export interface CableTimes {
  pull: number;
  plug: number;
}

/** What the directors' kernels reported. */
export interface Seen {
  moves: AddressMove[];
  lostLinks: LostLink[];
}

/** What the requests, the lost link and the moves of the address say. */
export function timesOf(
  { pull, plug }: CableTimes,
  { from, to }: Pick<FailoverResult, "from" | "to">,
  asked: Asked[],
  { moves, lostLinks }: Seen,
): Pick<FailoverResult, "moved" | "silence" | "requests" | "lost" | "both"> {
  const took = moves.find(({ director, has, at }) => director === to && has && at >= pull);
  // The driver takes some tenths of a second until it has pulled the cable.
  const lost = lostLinks.find(({ director, at }) => director === from && at >= pull);
  return {
    moved: took ? Math.max(0, took.at - (lost?.at ?? pull)) : NaN,
    silence: longestSilence(asked),
    requests: asked.length,
    lost: asked.filter(({ answered }) => !answered).length,
    both: timeOfBoth(moves, plug),
  };
}

/** The longest time from one answer to the next, from the first request to the end of the last. */
export function longestSilence(asked: Asked[]): number {
  const begin = Math.min(...asked.map(({ at }) => at));
  const ends = asked.filter(({ answered }) => answered).map(({ until }) => until);
  const last = Math.max(...asked.map(({ until }) => until));
  const all = [begin, ...ends.sort((a, b) => a - b), last];
  return Math.max(0, ...all.slice(1).map((end, i) => end - (all[i] ?? end)));
}

/** The time after `from` in which more than one director had the address. */
function timeOfBoth(moves: AddressMove[], from: number): number {
  const holders = new Set<string>();
  let both = 0;
  let since: number | undefined;
  for (const { director, has, at } of moves) {
    holders[has ? "add" : "delete"](director);
    if (holders.size > 1) {
      since ??= Math.max(at, from);
    } else if (since !== undefined) {
      both += Math.max(0, at - since);
      since = undefined;
    }
  }
  return since === undefined ? both : Infinity;
}

/** The result in words, one line each. */
export function resultLines(result: FailoverResult): string[] {
  const { from, to, client, moved, silence, requests, lost, downloads, whole, both } = result;
  const s = (seconds: number) => `${seconds.toFixed(1)} s`;
  return [
    `${from}'s cable was pulled; ${to} had the address ${s(moved)} later.`,
    `${client}: ${requests - lost} of ${requests} requests were answered; for ${s(silence)} none was.`,
    `${whole} of ${downloads} downloads that were under way came whole.`,
    both === 0
      ? `${from}'s cable is in again: it stands by, and never had the address beside ${to}.`
      : `${from}'s cable is in again: both had the address for ${s(both)}.`,
  ];
}

/** Why the failover was none; undefined for a good one. */
export function failureOf({ whole, downloads, moved }: FailoverResult): string | undefined {
  if (Number.isNaN(moved)) {
    return "no other director took the address";
  }
  return whole < downloads
    ? `${downloads - whole} of ${downloads} downloads broke off when the address moved`
    : undefined;
}
