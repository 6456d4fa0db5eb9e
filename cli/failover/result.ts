import type { Carried } from "./carried.js";
import { countedWords } from "./counters.js";

/** A request of the client: when it began and ended, in seconds since the epoch, and whether it was answered. */
export interface Asked {
  at: number;
  until: number;
  answered: boolean;
}

/** A director that got or lost the address, or a router's route to it, in seconds since the epoch. */
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
  /** The director whose cable was pulled, and the one that took over, or those that were left, separated by commas. */
  from: string;
  to: string;
  client: string;
  /**
   * From the pulled cable, as its director's kernel saw it, until the other director had the address, or until the
   * router sent nothing to `from` any more. NaN when that did not happen.
   */
  moved: number;
  /** The longest time in which no request was answered. */
  silence: number;
  requests: number;
  lost: number;
  /** Downloads that were under way, and those of them that came whole. */
  downloads: number;
  whole: number;
  /** How long both directors had the address after the cable was back. Only where the address moves. */
  both?: number;
  /** Only where several directors are at work at once. */
  active?: ActiveResult;
}

/** What is seen of a failover of active directors only. Times are in seconds. */
export interface ActiveResult {
  /** The machine that spreads connections over the directors. */
  router: string;
  /**
   * From the pulled cable until the last request began that was lost, or that took more than half a second, before the
   * cable was back; 0 if there was none.
   */
  disturbed: number;
  /** From the plugged cable until the router sent packets to `from` again. NaN when it did not. */
  back: number;
  /** For each director. */
  carried: Carried[];
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
  return {
    moved: took ? Math.max(0, took.at - cutAt({ pull, from }, lostLinks)) : NaN,
    ...countsOf(asked),
    both: timeOfBoth(moves, plug),
  };
}

/** The same of active directors, of which a router leaves out the one without a link and takes it back. */
export function activeTimesOf(
  { pull, plug }: CableTimes,
  { from }: Pick<FailoverResult, "from">,
  asked: Asked[],
  { moves, lostLinks }: Seen,
): Pick<FailoverResult, "moved" | "silence" | "requests" | "lost"> &
  Pick<ActiveResult, "disturbed" | "back"> {
  const cut = cutAt({ pull, from }, lostLinks);
  const timeUntil = (hasIt: boolean, since: number) =>
    moves.find(({ director, has, at }) => director === from && has === hasIt && at >= since)?.at ??
    NaN;
  const slow = asked.filter(
    ({ at, until, answered }) => at < plug && until > cut && (!answered || until - at > 0.5),
  );
  return {
    moved: Math.max(0, timeUntil(false, pull) - cut),
    ...countsOf(asked),
    disturbed: Math.max(0, ...slow.map(({ at }) => at - cut)),
    back: timeUntil(true, plug) - plug,
  };
}

/** The time when a director lost its link. The driver takes some tenths of a second until it has pulled the cable. */
function cutAt({ pull, from }: { pull: number; from: string }, lostLinks: LostLink[]): number {
  return lostLinks.find(({ director, at }) => director === from && at >= pull)?.at ?? pull;
}

function countsOf(asked: Asked[]): Pick<FailoverResult, "silence" | "requests" | "lost"> {
  return {
    silence: longestSilence(asked),
    requests: asked.length,
    lost: asked.filter(({ answered }) => !answered).length,
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
  const { from, to, client, moved, silence, requests, lost, downloads, whole, both, active } =
    result;
  const answered = `${client}: ${requests - lost} of ${requests} requests were answered; for ${inSeconds(silence)} none was.`;
  const kept = `${whole} of ${downloads} downloads that were under way came whole.`;
  if (active !== undefined) {
    return activeLines(result, active, [answered, kept]);
  }
  return [
    `${from}'s cable was pulled; ${to} had the address ${inSeconds(moved)} later.`,
    ...[answered, kept],
    both === undefined || both === 0
      ? `${from}'s cable is in again: it stands by, and never had the address beside ${to}.`
      : `${from}'s cable is in again: both had the address for ${inSeconds(both)}.`,
  ];
}

function activeLines(
  { from, to, moved }: FailoverResult,
  { router, disturbed, back, carried }: ActiveResult,
  counts: string[],
): string[] {
  const width = Math.max(...carried.map(({ director }) => director.length));
  return [
    Number.isNaN(moved)
      ? `${from}'s cable was pulled, and ${router}, the router, went on sending to it.`
      : `${from}'s cable was pulled; ${router}, the router, sent everything to ${to} ${inSeconds(moved)} later.`,
    disturbed === 0
      ? "No request was lost or took more than half a second."
      : `Requests of the first ${inSeconds(disturbed)} were lost, or took more than half a second.`,
    ...counts,
    Number.isNaN(back)
      ? `${from}'s cable is in again, and the router does not send to it yet.`
      : `${from}'s cable is in again: the router sent to it as well ${inSeconds(back)} later.`,
    "",
    "Each director's own counters: before, while the cable was out, and after it was back",
    ...carried.map(({ director, before, out, back: after }) =>
      `${director.padEnd(width)}  ${[before, out, after].map(countedWords).join("  ")}`.trimEnd(),
    ),
  ];
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** Why the failover was none; undefined for a good one. */
export function failureOf({ from, whole, downloads, moved, active }: FailoverResult) {
  if (Number.isNaN(moved)) {
    return active
      ? `${active.router} went on sending to ${from}, whose cable was out`
      : "no other director took the address";
  }
  if (active && Number.isNaN(active.back)) {
    return `${active.router} does not send to ${from} again`;
  }
  const when = active ? "when connections went to another director" : "when the address moved";
  return whole < downloads
    ? `${downloads - whole} of ${downloads} downloads broke off ${when}`
    : undefined;
}
