import { wrongWith } from "./held";
import { Mark, Observation, wordsOf } from "./observation";

/** What an object shall be, or was last made to be. */
export interface Wanted {
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
  /** What its mark is called by. */
  key: (wanted: Wanted) => string;
  /** How a person calls it: "address 10.10.10.100/24 on enp0s8". */
  title: (wanted: Wanted) => string;
  /** Whether the machine has such an object, whoever made it. */
  exists: (wanted: Wanted, seen: Observation) => boolean;
  /**
   * Why the machine cannot have it beside what others have there, in words.
   * @param back It was ours before the machine rebooted.
   */
  excluded?: (wanted: Wanted, seen: Observation, adopt: boolean, back: boolean) => string[];
  /** What of its mark another object of the program takes over; stands in the generation. */
  gives?: (wanted: Wanted, mark: Mark, others: () => Wanted[]) => string[];
  /** What a person should know though nothing differs from what is wanted, in words. */
  warnings?: (wanted: Wanted, seen: Observation) => string[];
  /** What differs from what is wanted, in words, each a sentence without its full stop. */
  wrong: (wanted: Wanted, seen: Observation, mark: Mark | undefined) => string[];
  /** What a person should know although it is no drift: what others added, what is kept on purpose. */
  notes?: (wanted: Wanted, seen: Observation, mark: Mark) => string[];
  /** Why an object of ours is another one by now: somebody removed it and made his own in its place. */
  replaced?: (wanted: Wanted, seen: Observation, mark: Mark) => string[];
  /** Where such an object may come from that is there after a reboot. */
  bootFile?: string;
  /** True where its component has no `adopt`. */
  unadoptable?: boolean;
}

/** @param text What the object's script reads, or the lines that its mark has. */
export function wanted(owner: string, text: string | string[]): Wanted {
  const all = typeof text === "string" ? text.split("\n") : text;
  const end = all.indexOf("");
  const lines = end < 0 ? all : all.slice(0, end);
  const body = end < 0 ? undefined : all.slice(end + 1).join("\n");
  return { owner, lines, words: wordsOf(lines), body };
}

/** A setting that the object's script cannot do without. */
export function word(from: Wanted, key: string): string {
  return from.words.get(key) ?? "";
}

/** What an object holds and what is not as it needs it. */
export function wrongSettings(kind: string, w: Wanted, seen: Observation): string[] {
  return seen.held
    .filter(({ holder }) => holder === holderOf(kind, w))
    .flatMap((held) => wrongWith(held, seen));
}

/** Whether an object holds something, in its right state or not. */
export function holds(kind: string, w: Wanted, key: string, seen: Observation): boolean {
  return seen.held.some((held) => held.key === key && held.holder === holderOf(kind, w));
}

/** What an object would hold of the machine that others hold already, with another value. */
export function heldOtherwise(
  kind: string,
  w: Wanted,
  wanted: Map<string, string>,
  seen: Observation,
): string[] {
  const others = seen.held.filter((h) => h.holder !== holderOf(kind, w) && h.namespace === "");
  return others.flatMap(({ key, holder, wanted: theirs }) => {
    const mine = wanted.get(key);
    return mine === undefined || mine === theirs
      ? []
      : [`${key} is ${theirs} for ${holder}, so it cannot be ${mine}`];
  });
}

function holderOf(kind: string, { owner }: Wanted): string {
  return `${kind}:${owner.replaceAll("/", ":")}`;
}

/**
 * What is not so of an nftables table that a script made and remembered.
 * @param table Its family and name: "ip ipvs_lab_10_10_10_100".
 */
export function wrongTable(table: string, seen: Observation, mark: Mark | undefined): string[] {
  const now = seen.tables.get(tableKey(table));
  if (now === undefined) {
    return [`the nftables table ${table} is gone`];
  }
  return mark === undefined || plainTable(mark.also) === plainTable(now.split("\n"))
    ? []
    : [`the nftables table ${table} has been changed`];
}

/** True when the machine has an nftables table of this family and name. */
export function hasTable(table: string, seen: Observation): boolean {
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
export function missingPackages(names: string[], seen: Observation): string[] {
  return names
    .filter((name) => !seen.packages.has(name))
    .map((name) => `package ${name} is not installed`);
}

/** Files that an object's mark has the digests of, and that are not as they were written. */
export function changedFiles(mark: Mark | undefined, seen: Observation): string[] {
  return (mark?.also ?? []).flatMap((line) => {
    const path = line.replace(/^\S+ +/, "");
    const state = seen.changedFiles.get(path);
    return state === undefined
      ? []
      : [`${path} ${state === "gone" ? "is gone" : "has been changed"}`];
  });
}
