import { isIpv6 } from "../args/place";
import { HostState, namespaceIn, OwnershipRecord, Server, wordsOf } from "./hostState";
import { differencesOf } from "./sharedSettings";

/** The settings of an object: the declared ones, or those it was last made with. */
export interface Desired {
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** The lines that the object's script reads, up to the first empty one. */
  lines: string[];
  /** The same as "key value" pairs. */
  words: Map<string, string>;
  /** The text after the first empty line, if it is known. */
  body?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
  /** The body in Pulumi's state, which the machine may still have. */
  formerBody?: string;
}

/** The comparison of one kind of object with the state of its machine. Each kind has a file. */
export interface Kind {
  /** The key of its ownership record. */
  key: (wanted: Desired) => string;
  /** Its name in messages: "address 10.10.10.100/24 on enp0s8". */
  title: (wanted: Desired) => string;
  /** True when the machine has such an object, whoever made it. */
  exists: (wanted: Desired, seen: HostState) => boolean;
  /**
   * The reasons why the machine cannot have it because of objects of others.
   * @param back True if it was ours before the machine rebooted.
   */
  conflicts?: (wanted: Desired, seen: HostState, adopt: boolean, back: boolean) => string[];
  /** The services of its record that another object of the program takes over; they go into the drift fingerprint. */
  transfers?: (wanted: Desired, record: OwnershipRecord, others: () => Desired[]) => string[];
  /** Warnings that each preview shows, even if nothing differs from the desired state. */
  warnings?: (wanted: Desired, seen: HostState) => string[];
  /** The differences from the desired state, each a sentence without its full stop. */
  differences: (wanted: Desired, seen: HostState, record: OwnershipRecord | undefined) => string[];
  /** The members of its services that neither it nor another object of the program has; each a sentence. */
  added?: (wanted: Desired, seen: HostState, record: OwnershipRecord | undefined) => string[];
  /** Facts that are not drift but worth knowing, such as values that are kept on purpose. */
  notes?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** The reasons why the object is no longer ours: somebody removed it and made their own in its place. */
  replaced?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** The file that may have brought such an object back after a reboot. */
  bootFile?: string;
  /** True if its component has no `adopt`. */
  unadoptable?: boolean;
}

/** @param text The input of the object's script, or the lines of its record. */
export function desiredObject(owner: string, text: string | string[]): Desired {
  const all = typeof text === "string" ? text.split("\n") : text;
  const end = all.indexOf("");
  const lines = end < 0 ? all : all.slice(0, end);
  const body = end < 0 ? undefined : all.slice(end + 1).join("\n");
  return { owner, lines, words: wordsOf(lines), body };
}

/** A setting that the object's script requires. */
export function word(from: Desired, key: string): string {
  return from.words.get(key) ?? "";
}

/** The differences of the shared settings that an object refers to from what it needs. */
export function settingDifferences(kind: string, w: Desired, seen: HostState): string[] {
  return seen.sharedSettings
    .filter(({ reference }) => reference === referenceOf(kind, w))
    .flatMap((setting) => differencesOf(setting, seen));
}

/** True when an object refers to a shared setting, whatever its value. */
export function holds(kind: string, w: Desired, key: string, seen: HostState): boolean {
  return seen.sharedSettings.some(
    (setting) => setting.key === key && setting.reference === referenceOf(kind, w),
  );
}

/** The shared settings that an object needs and others need with another value. */
export function heldOtherwise(
  kind: string,
  w: Desired,
  wanted: Map<string, string>,
  seen: HostState,
): string[] {
  const others = seen.sharedSettings.filter(
    (h) => h.reference !== referenceOf(kind, w) && h.namespace === "",
  );
  return others.flatMap(({ key, reference, wanted: theirs }) => {
    const mine = wanted.get(key);
    return mine === undefined || mine === theirs
      ? []
      : [`${key} is ${theirs} for ${reference}, so it cannot be ${mine}`];
  });
}

function referenceOf(kind: string, { owner }: Desired): string {
  return `${kind}:${owner.replaceAll("/", ":")}`;
}

/**
 * The differences of an nftables table from the one that a script made and recorded.
 * @param table Its family and name: "ip ipvs_lab_10_10_10_100".
 */
export function tableDifferences(
  table: string,
  seen: HostState,
  record: OwnershipRecord | undefined,
): string[] {
  const now = seen.tables.get(tableKey(table));
  if (now === undefined) {
    return [`the nftables table ${table} is gone`];
  }
  return record === undefined || plainTable(record.also) === plainTable(now.split("\n"))
    ? []
    : [`the nftables table ${table} has been changed`];
}

/**
 * The family and name of a table that a script makes for a virtual address: "ip ipvs_lab_tcp_10_10_10_101_80".
 * @param parts The parts of its name, including the address.
 */
export function tableName(vip: string, ...parts: string[]): string {
  return `${isIpv6(vip) ? "ip6" : "ip"} ipvs_lab_${parts.join("_").replace(/[.:]/g, "_")}`;
}

/** True when the machine has an nftables table of this family and name. */
export function hasTable(table: string, seen: HostState): boolean {
  return seen.tables.has(tableKey(table));
}

/** The table's key in a host state: IPv4 tables have only their name. */
function tableKey(table: string): string {
  return table.replace(/^ip /, "");
}

/** The lines in a common form: a host state has no empty lines, and nft 1.1 prints words for numbers of nft 1.0. */
function plainTable(lines: string[]): string {
  return lines
    .filter((line) => line !== "")
    .map((line) =>
      line.replace(/ priority (dstnat|srcnat|mangle|filter)\b/, (_, name: string) => {
        return ` priority ${priorities[name] ?? name}`;
      }),
    )
    .join("\n");
}

const priorities: Partial<Record<string, number>> = {
  dstnat: -100,
  srcnat: 100,
  mangle: -150,
  filter: 0,
};

/** The differences of a unit that runs from boot on. */
export function unitDifferences(unit: string, found: Server | undefined): string[] {
  const state = found?.state ?? "gone";
  return [
    // It may be about to read its files.
    ...(["active", "reloading"].includes(state) ? [] : [`${unit} is ${state}`]),
    ...(found?.startsAtBoot === false ? [`${unit} does not start at boot`] : []),
  ];
}

/** True when lo has an address, with its prefix, that no object of this program has asked for. */
export function isOthersOnLo(address: string, seen: HostState, namespace = ""): boolean {
  const lo = namespaceIn(seen, namespace)?.links.find((link) => link.name === "lo");
  return (
    lo?.addresses.includes(address) === true &&
    !seen.sharedSettings.some(
      (setting) => setting.wanted === address && setting.namespace === namespace,
    )
  );
}

/** The packages that an object needs and that are not installed. */
export function missingPackages(names: string[], seen: HostState): string[] {
  return names
    .filter((name) => !seen.packages.has(name))
    .map((name) => `package ${name} is not installed`);
}

/** The files whose digests are in an object's record and that differ from what was written. */
export function fileDifferences(record: OwnershipRecord | undefined, seen: HostState): string[] {
  return (record?.also ?? []).flatMap((line) => {
    const path = line.replace(/^\S+ +/, "");
    const state = seen.changedFiles.get(path);
    return state === undefined
      ? []
      : [`${path} ${state === "gone" ? "is gone" : "has been changed"}`];
  });
}
