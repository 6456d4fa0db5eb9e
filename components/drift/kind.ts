import { isIpv6 } from "../args/place";
import { OwnershipRecord, HostState, wordsOf } from "./hostState";
import { differencesOf } from "./sharedSettings";

/** What an object shall be, or was last made to be. */
export interface Desired {
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** Lines as the object's script reads them, up to the first empty one. */
  lines: string[];
  /** The same as "key value" pairs. */
  words: Map<string, string>;
  /** What follows behind the first empty line, where it is known. */
  body?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
}

/** How one kind of object is compared with what is on its machine; one file a kind. */
export interface Kind {
  /** What its record is called by. */
  key: (wanted: Desired) => string;
  /** How a person calls it: "address 10.10.10.100/24 on enp0s8". */
  title: (wanted: Desired) => string;
  /** Whether the machine has such an object, whoever made it. */
  exists: (wanted: Desired, seen: HostState) => boolean;
  /**
   * Why the machine cannot have it beside what others have there, in words.
   * @param back It was ours before the machine rebooted.
   */
  conflicts?: (wanted: Desired, seen: HostState, adopt: boolean, back: boolean) => string[];
  /** What of its record another object of the program takes over; stands in the generation. */
  transfers?: (wanted: Desired, record: OwnershipRecord, others: () => Desired[]) => string[];
  /** What a person should know though nothing differs from what is wanted, in words. */
  warnings?: (wanted: Desired, seen: HostState) => string[];
  /** What differs from what is wanted, in words, each a sentence without its full stop. */
  differences: (wanted: Desired, seen: HostState, record: OwnershipRecord | undefined) => string[];
  /** What a person should know although it is no drift: what others added, what is kept on purpose. */
  notes?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** Why an object of ours is another one by now: somebody removed it and made his own in its place. */
  replaced?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** Where such an object may come from that is there after a reboot. */
  bootFile?: string;
  /** True where its component has no `adopt`. */
  unadoptable?: boolean;
}

/** @param text What the object's script reads, or the lines that its record has. */
export function desiredObject(owner: string, text: string | string[]): Desired {
  const all = typeof text === "string" ? text.split("\n") : text;
  const end = all.indexOf("");
  const lines = end < 0 ? all : all.slice(0, end);
  const body = end < 0 ? undefined : all.slice(end + 1).join("\n");
  return { owner, lines, words: wordsOf(lines), body };
}

/** A setting that the object's script cannot do without. */
export function word(from: Desired, key: string): string {
  return from.words.get(key) ?? "";
}

/** What an object holds and what is not as it needs it. */
export function settingDifferences(kind: string, w: Desired, seen: HostState): string[] {
  return seen.sharedSettings
    .filter(({ reference }) => reference === referenceOf(kind, w))
    .flatMap((setting) => differencesOf(setting, seen));
}

/** Whether an object holds something, in its right state or not. */
export function holds(kind: string, w: Desired, key: string, seen: HostState): boolean {
  return seen.sharedSettings.some(
    (setting) => setting.key === key && setting.reference === referenceOf(kind, w),
  );
}

/** What an object would hold of the machine that others hold already, with another value. */
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
 * What is not so of an nftables table that a script made and remembered.
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
 * @param parts What its name consists of, the address among them.
 */
export function tableName(vip: string, ...parts: string[]): string {
  return `${isIpv6(vip) ? "ip6" : "ip"} ipvs_lab_${parts.join("_").replace(/[.:]/g, "_")}`;
}

/** True when the machine has an nftables table of this family and name. */
export function hasTable(table: string, seen: HostState): boolean {
  return seen.tables.has(tableKey(table));
}

/** As an observation has it: IPv4's are known by their names alone. */
function tableKey(table: string): string {
  return table.replace(/^ip /, "");
}

/** An observation has no empty lines; nft 1.1 has words for numbers that nft 1.0 prints. */
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

/** Packages that an object needs and that are not installed. */
export function missingPackages(names: string[], seen: HostState): string[] {
  return names
    .filter((name) => !seen.packages.has(name))
    .map((name) => `package ${name} is not installed`);
}

/** Files that an object's record has the digests of, and that are not as they were written. */
export function fileDifferences(record: OwnershipRecord | undefined, seen: HostState): string[] {
  return (record?.also ?? []).flatMap((line) => {
    const path = line.replace(/^\S+ +/, "");
    const state = seen.changedFiles.get(path);
    return state === undefined
      ? []
      : [`${path} ${state === "gone" ? "is gone" : "has been changed"}`];
  });
}
