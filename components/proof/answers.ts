/** The answers to a series of requests. */
export interface Answers {
  /** The first line of each answer, in order. */
  order: string[];
  /** The number of times that each line came. */
  counts: Record<string, number>;
}

/** The properties of a member that decide its answers. */
export interface AnsweringMember {
  name: string;
  weight: number;
  /** The first line of its page, where it is known. */
  answer?: string;
  /** False for one that is stopped on purpose. */
  running?: boolean;
}

/** The properties of a service that decide who answers. */
export interface AnsweringService {
  scheduler: string;
  /** With it a client stays with the member that it got first. */
  persistence?: object;
  members: AnsweringMember[];
}

/** Schedulers that spread one client's successive requests over all members. */
const spreading: ReadonlySet<string> = new Set(["rr", "wrr", "lc", "wlc"]);
/** Those of them that only take turns, so that a member that accepts no connections cannot get all of them. */
const byTurns: ReadonlySet<string> = new Set(["rr", "wrr"]);

/**
 * The members that must each answer at least one of so many requests from one client. A member that is stopped on
 * purpose still has its turn, and those requests are lost.
 */
export function mustAnswer(service: AnsweringService, requests: number) {
  const { scheduler, persistence, members } = service;
  const active = members.filter((m) => m.weight > 0);
  // A weighted scheduler needs a whole turn to reach every member.
  const turn = active.reduce((sum, m) => sum + m.weight, 0);
  const running = active.filter((m) => m.running !== false);
  const spreads = running.length === active.length ? spreading : byTurns;
  if (persistence || !spreads.has(scheduler) || requests < turn) {
    return [];
  }
  return running.flatMap(({ name, answer }) => (answer === undefined ? [] : [{ name, answer }]));
}

/**
 * The answers of a run: one line each.
 * @param requests The number of requests. Lines before their answers were printed by a login shell.
 */
export function parseAnswers(stdout: string, requests = Infinity): Answers {
  const lines = stdout.split("\n").filter((line) => line !== "");
  const order = lines.slice(Math.max(0, lines.length - requests));
  const counts: Record<string, number> = {};
  for (const line of order) {
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return { order, counts };
}
