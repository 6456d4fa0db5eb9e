import { random, shuffled } from "./random";
import type { Group } from "./router/group";
import { type HashingScheduler, type Member, mh, numberOf, sh } from "./schedulers/hashing";

/** The schedulers, with the flags that take the client's port into account. */
export const schedulers = ["rr", "sh", "mh"] as const;
export type Scheduler = (typeof schedulers)[number];
const hashing: Record<"sh" | "mh", HashingScheduler> = { sh, mh };

/** What was done to all directors' members after the connections were opened, and before a director changed. */
export const memberChanges = ["none", "removed", "added"] as const;
export type MemberChange = (typeof memberChanges)[number];
/** By so many members each of them differs. */
const difference: Record<MemberChange, number> = { none: 0, removed: -1, added: 1 };

/** So many connections of clients' addresses and ports, each with its hash at the router. */
export interface Connections {
  count: number;
  hashes: Uint32Array;
  addresses: Uint32Array;
  ports: Uint16Array;
}

/** The members: 10.80.2.11 and so on, as in tests/kernel. The last one is the one that is removed. */
export function membersOf(count: number): Member[] {
  return Array.from({ length: count }, (_, i) => ({
    address: numberOf("10.80.2.11") + i,
    port: 8080,
  }));
}

export function connectionsOf(count: number, seed: number): Connections {
  const below = random(seed);
  return {
    count,
    hashes: Uint32Array.from({ length: count }, () => below(2 ** 31)),
    addresses: Uint32Array.from({ length: count }, () => below(2 ** 32)),
    ports: Uint16Array.from({ length: count }, () => 1024 + below(65536 - 1024)),
  };
}

/** The member that a scheduler chooses, at a director that does not know the connection. */
export class Choice {
  private readonly places = new Map<Scheduler, Uint32Array>();
  private turns: number[] = [];
  private readonly tables = new Map<Scheduler, Int32Array>();
  private count = 0;

  constructor(private readonly connections: Connections) {}

  /** All directors begin anew. */
  begin(scheduler: Scheduler, count: number): void {
    this.turns = [];
    this.use(scheduler, count);
  }

  /** All directors have so many members from now on. */
  use(scheduler: Scheduler, count: number): void {
    this.count = count;
    if (scheduler !== "rr") {
      this.tables.set(scheduler, hashing[scheduler].table(membersOf(count)));
    }
  }

  of(scheduler: Scheduler, director: number, connection: number): number {
    if (scheduler === "rr") {
      const turn = (this.turns[director] ?? director) + 1;
      this.turns[director] = turn;
      return turn % this.count;
    }
    const place = this.placesOf(scheduler)[connection] ?? 0;
    return this.tables.get(scheduler)?.[place] ?? -1;
  }

  private placesOf(scheduler: "sh" | "mh"): Uint32Array {
    const { count, addresses, ports } = this.connections;
    const known = this.places.get(scheduler);
    const places =
      known ??
      Uint32Array.from({ length: count }, (_, i) =>
        hashing[scheduler].place(addresses[i] ?? 0, ports[i] ?? 0),
      );
    this.places.set(scheduler, places);
    return places;
  }
}

/** Connections at one change of the directors. Those of a removed member do not count. */
export interface Outcome {
  connections: number;
  /** Those that reached another director than before. */
  moved: number;
  /** Those of them that kept their member. */
  kept: number;
}

export interface Run {
  scheduler: Scheduler;
  change: MemberChange;
  members: number;
  seed: number;
}

/**
 * Opens all connections, changes the members, and then the directors, again and again. After each change every
 * connection that still has its member sends one packet, in another order. A director that knows the connection keeps
 * it, whatever its scheduler would say now; one that does not schedules it (sloppy_tcp=1).
 * @param routes The director of each connection at first and after each change.
 * @param emptied Directors that know nothing any more when this change happens.
 */
export function simulate(
  choice: Choice,
  routes: readonly Int32Array[],
  { scheduler, change, members, seed }: Run,
  emptied: readonly (readonly number[])[] = [],
): Outcome[] {
  const [first = new Int32Array()] = routes;
  const below = random(seed);
  const known = new Map<number, Int16Array>();
  const entriesOf = (director: number) => {
    const entries = known.get(director) ?? new Int16Array(first.length).fill(-1);
    known.set(director, entries);
    return entries;
  };
  choice.begin(scheduler, members);
  const owners = new Int16Array(first.length);
  for (const i of shuffled(first.length, below)) {
    const director = first[i] ?? -1;
    owners[i] = choice.of(scheduler, director, i);
    entriesOf(director)[i] = owners[i] ?? -1;
  }
  const lost = change === "removed" ? members - 1 : -1;
  choice.use(scheduler, members + difference[change]);
  const alive = owners.map((owner) => (owner === lost ? 0 : 1));
  return routes.slice(1).map((route, step) => {
    const before = routes[step] ?? first;
    emptied[step]?.forEach((director) => known.delete(director));
    const outcome: Outcome = { connections: 0, moved: 0, kept: 0 };
    for (const i of shuffled(first.length, below)) {
      if (alive[i]) {
        const director = route[i] ?? -1;
        const entries = entriesOf(director);
        if (entries[i] === -1) {
          entries[i] = choice.of(scheduler, director, i);
        }
        const isKept = entries[i] === owners[i];
        const isMoved = director !== before[i];
        outcome.connections++;
        outcome.moved += isMoved ? 1 : 0;
        outcome.kept += isMoved && isKept ? 1 : 0;
        alive[i] = isKept ? 1 : 0;
      }
    }
    return outcome;
  });
}

/** The share of connections that a director which does not know them gives to their member, by the schedulers' tables. */
export function keptShare(scheduler: Scheduler, change: MemberChange, members: number): number {
  const now = members + difference[change];
  if (scheduler === "rr") {
    return 1 / now;
  }
  const before = hashing[scheduler].table(membersOf(members));
  const after = hashing[scheduler].table(membersOf(now));
  const counted = [...before.keys()].filter((place) => (before[place] ?? 0) < now);
  return counted.filter((place) => before[place] === after[place]).length / counted.length;
}

/** The director of each connection. */
export function route({ count, hashes }: Connections, group: Group): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => group.choose(hashes[i] ?? 0));
}
