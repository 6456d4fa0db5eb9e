import { serviceKeyOf } from "../ipvs/parseLines";
import { HostState, OwnershipRecord } from "./hostState";
import { Desired } from "./kind";
import { differences, serverOf, weightOf } from "./options";

/** One virtual service: what is declared, what was made last, and what the kernel has. Lines of ipvsadm. */
export interface Compared {
  declared: string[];
  made: string[];
  now: string[];
}

/** A service's members by address and port. */
export function membersOf(lines: string[]): Map<string, string> {
  return new Map(
    lines.filter((line) => line.startsWith("-a")).map((line) => [serverOf(line), line]),
  );
}

/**
 * Sentences about the members that somebody else added: neither the declaration nor any ownership record has them.
 * @param of The words that name the service, such as " of -t 10.10.10.100:80".
 */
export function addedMembers(compared: Compared, of: string, seen: HostState): string[] {
  const [declared, made, now] = [compared.declared, compared.made, compared.now].map(membersOf);
  const unknown = [...(now ?? [])].filter(
    ([server]) => !declared?.has(server) && !made?.has(server),
  );
  return unknown
    .filter(([server, line]) => !recordedMembers(seen).has(`${serviceKeyOf(line)} -r ${server}`))
    .map(([server, line]) => {
      const traffic = weightOf(line) === "0" ? "with weight 0" : "and gets traffic";
      return `real server ${server}${of} was added by somebody else ${traffic}`;
    });
}

const recorded = new WeakMap<HostState, Set<string>>();

/** The members that ownership records name, "-t 10.10.10.100:80 -r 10.10.10.2:80"; computed once, where needed. */
function recordedMembers(seen: HostState): Set<string> {
  const known =
    recorded.get(seen) ??
    new Set(
      [...seen.records.values()]
        .flatMap(({ settings }) => settings)
        .filter((line) => line.startsWith("-a"))
        .map((line) => `${serviceKeyOf(line)} -r ${serverOf(line)}`),
    );
  recorded.set(seen, known);
  return known;
}

/** Sentences about weights set by hand that are kept. */
export function memberNotes(compared: Compared, of: string, { keepWeights }: Desired): string[] {
  if (keepWeights === undefined || keepWeights === "") {
    return [];
  }
  const [declared, made, now] = [compared.declared, compared.made, compared.now].map(membersOf);
  return [...(now ?? [])].flatMap(([server, line]) => {
    const weight = weightOf(line);
    const shall = declared?.get(server);
    const was = made?.get(server);
    return shall !== undefined &&
      keepsWeight(keepWeights, server) &&
      weight !== weightOf(shall) &&
      (was === undefined || weight !== weightOf(was))
      ? [`real server ${server}${of} has weight ${weight}, not ${weightOf(shall)}: it stays so`]
      : [];
  });
}

/** True if a member keeps a weight that somebody has set by hand. */
export function keepsWeight(keepWeights: string | undefined, server: string): boolean {
  return keepWeights === "all" || keepWeights?.split(" ").includes(server) === true;
}

/**
 * A sentence about a service that somebody removed and made again: it has other options, and none of the members that
 * it had. Undefined if it is still the one that was made.
 */
export function madeAnew(key: string, { made, now }: Omit<Compared, "declared">) {
  const ours = membersOf(made);
  const there = membersOf(now);
  const [shall, is] = [made, now].map((lines) => lines.find((line) => line.startsWith("-A")));
  if (shall === undefined || is === undefined || ours.size === 0 || shall === is) {
    return undefined;
  }
  if ([...ours.keys()].some((server) => there.has(server))) {
    return undefined;
  }
  const title = `virtual service ${key}`;
  const other = differences("it", shall, is).join(", ").replaceAll("it has ", "");
  const members = there.size > 0 ? [...there.keys()].join(", ") : "none";
  return `${title} was made anew by somebody else (${other}; members: ${members})`;
}

/** The lines of each service of a record's settings. */
export function madeLines(record: OwnershipRecord | undefined): string[] {
  return (record?.settings ?? []).filter((line) => line.startsWith("-"));
}
