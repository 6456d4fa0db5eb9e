import { isIpv6 } from "../args/place";
import { OwnershipRecord, HostState, wordsOf } from "./hostState";
import { differencesOf } from "./sharedSettings";

/** The settings of an object: the declared ones, or those it was last made with. */
export interface Desired {
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** Lines as the object's script reads them, up to the first empty one. */
  lines: string[];
  /** The same as "key value" pairs. */
  words: Map<string, string>;
  /** The text after the first empty line, where it is known. */
  body?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
}

/** The comparison of one kind of object with the state of its machine; one file a kind. */
export interface Kind {
  /** The key of its ownership record. */
  key: (wanted: Desired) => string;
  /** Its name in messages: "address 10.10.10.100/24 on enp0s8". */
  title: (wanted: Desired) => string;
  /** True when the machine has such an object, whoever made it. */
  exists: (wanted: Desired, seen: HostState) => boolean;
  /**
   * The reasons why the machine cannot have it beside objects of others.
   * @param back It was ours before the machine rebooted.
   */
  conflicts?: (wanted: Desired, seen: HostState, adopt: boolean, back: boolean) => string[];
  /** The services of its record that another object of the program takes over; they go into the drift fingerprint. */
  transfers?: (wanted: Desired, record: OwnershipRecord, others: () => Desired[]) => string[];
  /** Warnings of each preview, although nothing differs from what is wanted. */
  warnings?: (wanted: Desired, seen: HostState) => string[];
  /** The differences from what is wanted, each a sentence without its full stop. */
  differences: (wanted: Desired, seen: HostState, record: OwnershipRecord | undefined) => string[];
  /** Facts that are no drift, and that a person should know: additions of others, values that are kept on purpose. */
  notes?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** The reasons why an object of ours is another one by now: somebody removed it and made their own in its place. */
  replaced?: (wanted: Desired, seen: HostState, record: OwnershipRecord) => string[];
  /** The file that may have brought back such an object after a reboot. */
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

/** The shared settings that an object refers to and that are not as it needs them. */
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
 * The differences of an nftables table from the one that a script made and remembered.
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
