import { keysOf, HostState, OwnershipRecord, stackOf } from "../../drift/hostState";
import { Kind, Desired, settingDifferences } from "../../drift/kind";
import { addedMembers, keepsWeight, madeAnew, madeLines, memberNotes } from "../../drift/members";
import { differences, serverOf } from "../../drift/options";
import { lackedSchedulers } from "../../drift/running";
import { byService, serviceKeyOf } from "../../ipvs/parseLines";

/** The number of differences that are listed one by one. */
const maxShown = 10;

/** Many virtual services with their members (servicetable.sh), compared line by line of ipvsadm. */
export const servicetable: Kind = {
  key: ({ owner }) => owner,
  title: titleOf,
  // A service that others own is a conflict, which names that service.
  exists: (w, seen) => {
    const there = byService(seen.services);
    const [marked, own] = [ownersOf(w, seen), ownKeys(w, seen)];
    return keysOf(w.lines).some((key) => there.has(key) && !marked.has(key) && !own.has(key));
  },
  bootFile: "ipvsadm.rules",
  conflicts: (w, seen, adopt, back) => {
    const own = ownKeys(w, seen);
    const there = byService(seen.services);
    const marked = ownersOf(w, seen);
    const refused = adopt
      ? []
      : keysOf(w.lines).flatMap((key) => {
          const owner = marked.get(key);
          if (owner !== undefined) {
            return stackOf(owner) === stackOf(w.owner)
              ? []
              : [`virtual service ${key} belongs to ${owner}`];
          }
          return back || own.has(key) || !there.has(key)
            ? []
            : [`virtual service ${key} exists already and was not made by ipvs-lab`];
        });
    return [
      ...lackedSchedulers(w, seen),
      ...first(refused).map((why) => `${why}: remove it there, choose another, or set adopt: true`),
    ];
  },
  transfers: transfersOf,
  added: (w, seen, record) => {
    const [declared, made] = [w.lines, madeLines(record)].map(byService);
    return first(
      [...byService(seen.services)].flatMap(([key, now]) => {
        const [shall, was] = [declared?.get(key), made?.get(key)];
        return shall === undefined && was === undefined
          ? []
          : addedMembers({ declared: shall ?? [], made: was ?? [], now }, ` of ${key}`, seen);
      }),
    );
  },
  notes: (w, seen, record) => {
    const [declared, made] = [w.lines, record.settings].map(byService);
    const there = byService(seen.services);
    return first(
      [...(made ?? [])].flatMap(([key, lines]) =>
        memberNotes(
          { declared: declared?.get(key) ?? [], made: lines, now: there.get(key) ?? [] },
          ` of ${key}`,
          w,
        ),
      ),
    );
  },
  // If the table is in the kernel as it was made, there are none, and its members were not listed.
  replaced: (_, seen, record) => {
    const there = byService(seen.services);
    const anew = record.inPlace
      ? []
      : [...byService(record.settings)].flatMap(
          ([key, made]) => madeAnew(key, { made, now: there.get(key) ?? [] }) ?? [],
        );
    return first(anew).map(
      (why) => `${why}: remove it there, choose another, or set adopt: true to take it over`,
    );
  },
  differences: (w, seen, record) => {
    const settings = settingDifferences("servicetable", w, seen);
    // The machine has compared it (observe.sh).
    if (record?.inPlace) {
      return settings;
    }
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return ["virtual services cannot be looked at: ipvsadm is not installed"];
    }
    const there = byService(seen.services);
    const found: string[] = [];
    let key = "";
    let now = new Map<string, string>();
    for (const line of w.lines) {
      if (line.startsWith("-A")) {
        key = serviceKeyOf(line);
        const lines = there.get(key) ?? [];
        now = new Map(lines.map((is) => [is.startsWith("-A") ? "" : serverOf(is), is]));
        found.push(...differences(`virtual service ${key}`, line, now.get("")));
      } else if (now.has("")) {
        const server = serverOf(line);
        const keep = keepsWeight(w.keepWeights, server);
        found.push(...differences(`real server ${server} of ${key}`, line, now.get(server), keep));
      }
    }
    return [...first(found), ...settings];
  },
};

/**
 * The services that a table has no more and that another object of the program has. In one update, services are made
 * and removed in no particular order.
 */
export function transfersOf(
  w: Desired,
  record: OwnershipRecord,
  others: () => Desired[],
): string[] {
  const shall = new Set(keysOf(w.lines));
  const leaving = keysOf(record.settings).filter((key) => !shall.has(key));
  if (leaving.length === 0) {
    return [];
  }
  const theirs = new Set(
    others().flatMap(({ owner, lines }) => (owner === w.owner ? [] : keysOf(lines))),
  );
  // They are put on a command line, whose length is limited.
  return [...new Set(leaving)].filter((key) => theirs.has(key)).slice(0, 1000);
}

/** The services that a table has on the machine, whichever engine its director had until now. */
export function ownKeys({ owner }: Desired, seen: HostState): Set<string> {
  const records = ["servicetable", "keepalivedtable"].map((kind) =>
    seen.records.get(`${kind}/${owner.replaceAll("/", ":")}`),
  );
  return new Set(
    records.flatMap((record) => (record?.owner === owner ? keysOf(record.settings) : [])),
  );
}

/** The table's name for people. */
export function titleOf({ owner }: Pick<Desired, "owner">): string {
  return `table ${decodeURIComponent(owner.split("/").at(-1) ?? owner)}`;
}

/** The first differences, and the number of the others. */
export function first(words: string[]): string[] {
  const more = words.length - maxShown;
  return more > 0 ? [...words.slice(0, maxShown), `and ${more} more`] : words;
}

/**
 * The other owners of services, from the records of single services and of other tables.
 * @param kinds The kinds of these records.
 */
export function ownersOf(
  { owner }: Desired,
  seen: HostState,
  kinds = ["service", "servicetable"],
): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [path, record] of seen.records) {
    if (kinds.includes(path.split("/")[0] ?? "") && record.owner !== owner) {
      for (const key of keysOf(record.settings)) {
        owners.set(key, record.owner);
      }
    }
  }
  return owners;
}
