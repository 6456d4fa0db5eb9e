import {
  Choice,
  type Connections,
  connectionsOf,
  keptShare,
  type MemberChange,
  memberChanges,
  type Outcome,
  route,
  type Scheduler,
  schedulers,
  simulate,
} from "./connections";
import { Maglev, Rendezvous } from "./router/consistent";
import { differing, type Group } from "./router/group";
import { HashThreshold } from "./router/hashThreshold";
import { Resilient } from "./router/resilient";

/** What is simulated. */
export interface Options {
  /** Numbers of directors. */
  directors: number[];
  members: number;
  connections: number;
  /** Buckets of a resilient group. */
  buckets: number;
  seed: number;
}

/** A share that was computed, and the same as simulated. */
export interface Share {
  computed: number;
  simulated: number;
}

/** What happens to connections at one kind of router. */
export interface RouterResult {
  directors: number;
  router: string;
  /** Connections that reach another director when one is lost, when it is back, and when one more is added. */
  moved: Record<"lost" | "back" | "added", Share>;
  /** Connections that are at another director than at first when all directors are there again, as simulated. */
  away: number;
  /** Connections that lose their member when a director is lost, and when it is back without what it knew: shares of
   * those whose member was there at first. */
  broken: Record<Scheduler, Record<MemberChange, { lost: number; back: number }>>;
}

export interface Results {
  options: Options;
  /** Connections that keep their member at a director that does not know them, after a change of the members. */
  kept: Record<Scheduler, Record<MemberChange, Share>>;
  routers: RouterResult[];
}

interface Router {
  name: string;
  /** The place of the director that is lost, or added, in the order of the route. */
  place: "last" | "middle";
  make: (directors: readonly number[]) => Group;
}

const routers = (buckets: number): Router[] => [
  {
    name: "hash-threshold, the first or last director",
    place: "last",
    make: (d) => new HashThreshold(d),
  },
  { name: "hash-threshold, one in the middle", place: "middle", make: (d) => new HashThreshold(d) },
  {
    name: "resilient, all buckets busy, no unbalanced timer",
    place: "middle",
    make: (d) => new Resilient(d, buckets),
  },
  {
    name: "resilient, the unbalanced timer is over",
    place: "middle",
    make: (d) => new Resilient(d, buckets, { isForced: true }),
  },
  { name: "rendezvous", place: "last", make: (d) => new Rendezvous(d) },
  { name: "Maglev table", place: "last", make: (d) => new Maglev(d) },
];

/** Computes and simulates all of it. The same options give the same results. */
export function results(options: Options): Results {
  const connections = connectionsOf(options.connections, options.seed);
  const choice = new Choice(connections);
  const outcomes: { run: [Scheduler, MemberChange]; outcome: Outcome }[] = [];
  const all = options.directors.flatMap((count) =>
    routers(options.buckets).map((router): RouterResult => {
      const { moved, away, routes, lost } = changes(router, count, connections);
      const broken = table((scheduler, change) => {
        const run = { scheduler, change, members: options.members, seed: options.seed };
        const [gone, back] = simulate(choice, routes, run, [[], [lost]]);
        if (!gone || !back) {
          throw new Error("nothing was simulated");
        }
        outcomes.push({ run: [scheduler, change], outcome: gone });
        const share = ({ moved, kept }: Outcome) => (moved - kept) / gone.connections;
        return { lost: share(gone), back: share(back) };
      });
      return { directors: count, router: router.name, moved, away, broken };
    }),
  );
  const kept = table((scheduler, change) => {
    const own = outcomes.filter(({ run }) => run[0] === scheduler && run[1] === change);
    const sum = (key: "moved" | "kept") => own.reduce((n, { outcome }) => n + outcome[key], 0);
    return {
      computed: keptShare(scheduler, change, options.members),
      simulated: sum("kept") / sum("moved"),
    };
  });
  return { options, kept, routers: all };
}

/** One router: a director is lost, and comes back; and, beginning anew, one is added. */
function changes({ place, make }: Router, count: number, connections: Connections) {
  const all = Array.from({ length: count }, (_, i) => i);
  const lost = place === "last" ? count - 1 : Math.floor(count / 2);
  const others = all.filter((director) => director !== lost);
  const group = make(all);
  const first = route(connections, group);
  const step = (from: Group, before: Int32Array, directors: readonly number[]) => {
    const computed = from.moved(directors);
    from.replace(directors);
    const after = route(connections, from);
    return { after, share: { computed, simulated: differing(before, after) } };
  };
  const gone = step(group, first, others);
  const back = step(group, gone.after, all);
  const more = all.toSpliced(place === "last" ? count : Math.floor(count / 2), 0, count);
  const added = step(make(all), first, more);
  return {
    lost,
    routes: [first, gone.after, back.after],
    away: differing(first, back.after),
    moved: { lost: gone.share, back: back.share, added: added.share },
  };
}

function table<T>(value: (scheduler: Scheduler, change: MemberChange) => T) {
  const row = (scheduler: Scheduler) =>
    Object.fromEntries(memberChanges.map((change) => [change, value(scheduler, change)]));
  return Object.fromEntries(schedulers.map((s) => [s, row(s)])) as Record<
    Scheduler,
    Record<MemberChange, T>
  >;
}
