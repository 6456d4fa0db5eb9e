import { HostState, keysOf } from "../../drift/hostState";
import { Desired, fileDifferences, Kind, settingDifferences } from "../../drift/kind";
import { addedMembers, madeLines } from "../../drift/members";
import { differences, serverOf } from "../../drift/options";
import { lackedSchedulers } from "../../drift/running";
import { byService, serviceKeyOf } from "../../ipvs/parseLines";
import { first, ownersOf, titleOf } from "../servicetable/servicetable";

/**
 * Many virtual services that keepalived writes (keepalivedtable.sh): their file, and what the kernel has of them. A
 * missing member is one that keepalived has removed.
 */
export const keepalivedtable: Kind = {
  key: ({ owner }) => owner,
  title: titleOf,
  // A service that others own is a conflict, which names that service.
  exists: () => false,
  bootFile: "ipvsadm.rules",
  conflicts: (w, seen, adopt, back) => {
    const mine = seen.records.get(`keepalivedtable/${w.owner.replaceAll("/", ":")}`);
    const own = new Set(mine?.owner === w.owner ? keysOf(mine.settings) : []);
    const there = byService(seen.services);
    const owners = ownersOf(w, seen, owning);
    const refused = keysOf(w.lines).flatMap((key) => {
      const owner = owners.get(key);
      if (owner !== undefined) {
        return [`virtual service ${key} belongs to ${owner}: remove it there first`];
      }
      return adopt || back || own.has(key) || !there.has(key)
        ? []
        : [
            `virtual service ${key} exists already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true`,
          ];
    });
    return [...lackedSchedulers(w, seen), ...first(refused)];
  },
  added: (w, seen, record) => {
    const [declared, made] = [byService(linesOf(w)), byService(madeLines(record))];
    const sorry = sorryServersOf(w);
    return first(
      [...byService(seen.services)].flatMap(([key, all]) => {
        const [shall, was] = [declared.get(key), made.get(key)];
        const now = all.filter((line) => !sorry.has(serverOf(line)));
        return shall === undefined && was === undefined
          ? []
          : addedMembers({ declared: shall ?? [], made: was ?? [], now }, ` of ${key}`, seen);
      }),
    );
  },
  warnings: (w, seen) => {
    const there = byService(seen.services);
    const dead = [...byService(linesOf(w))].filter(([key, lines]) => {
      const shall = lines.filter((line) => isMember(line) && !isWeightless(line)).map(serverOf);
      const now = there.get(key) ?? [];
      const live = new Set(now.filter((line) => !isWeightless(line)).map(serverOf));
      return now.length > 0 && shall.length > 0 && !shall.some((server) => live.has(server));
    });
    return first(dead.map(([key]) => `no member of virtual service ${key} lives`));
  },
  differences: (w, seen, record) => {
    const files = fileDifferences(record, seen);
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return [...files, "virtual services cannot be looked at: ipvsadm is not installed"];
    }
    return [
      ...files,
      ...first(serviceDifferences(w, seen)),
      ...settingDifferences("keepalivedtable", w, seen),
    ];
  },
};

/** The kinds whose records own services. */
const owning = ["service", "servicetable", "keepalivedservice", "keepalivedtable"];

function serviceDifferences(w: Desired, seen: HostState): string[] {
  const there = byService(seen.services);
  const inhibited = new Set(w.lines.flatMap((line) => /^inhibit (.*)/.exec(line)?.[1] ?? []));
  const found: string[] = [];
  let key = "";
  let now = new Map<string, string>();
  for (const line of linesOf(w)) {
    if (!isMember(line)) {
      key = serviceKeyOf(line);
      const lines = there.get(key) ?? [];
      now = new Map(lines.map((is) => [isMember(is) ? serverOf(is) : "", is]));
      found.push(...differences(`virtual service ${key}`, line, now.get("")));
      continue;
    }
    const server = serverOf(line);
    const is = now.get(server);
    // A check has removed it, or has set its weight to 0.
    const failed = line.replace(/ -w \d+/, " -w 0");
    if (is !== undefined && !(is === failed && inhibited.has(`${key} -r ${server}`))) {
      found.push(...differences(`real server ${server} of ${key}`, line, is));
    }
  }
  return found;
}

function linesOf(w: Desired): string[] {
  return w.lines.filter(isLine);
}

function isLine(line: string): boolean {
  return line.startsWith("-");
}

function isMember(line: string): boolean {
  return line.startsWith("-a");
}

function isWeightless(line: string): boolean {
  return / -w 0( |$)/.test(line) || !isMember(line);
}

/** Servers that are in the kernel while they stand in for all members: "10.10.10.9:80". */
function sorryServersOf({ body = "" }: Desired): Set<string> {
  return new Set(
    [...body.matchAll(/^sorry_server (\S+) (\d+)$/gm)].map(([, address = "", port = ""]) =>
      address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    ),
  );
}
