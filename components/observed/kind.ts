import { Mark, Observation, wordsOf } from "./observation";

/** What an object shall be, or was last made to be. */
export interface Wanted {
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** Lines as the object's script reads them, up to the first empty one. */
  lines: string[];
  /** The same as "key value" pairs. */
  words: Map<string, string>;
}

/** How one kind of object is compared with what is on its machine; one file a kind. */
export interface Kind {
  /** What its mark is called by. */
  key: (wanted: Wanted) => string;
  /** How a person calls it: "address 10.10.10.100/24 on enp0s8". */
  title: (wanted: Wanted) => string;
  /** Whether the machine has such an object, whoever made it. */
  exists: (wanted: Wanted, seen: Observation) => boolean;
  /** What differs from what is wanted, in words, each a sentence without its full stop. */
  wrong: (wanted: Wanted, seen: Observation, mark: Mark | undefined) => string[];
}

/** @param text What the object's script reads, or the lines that its mark has. */
export function wanted(owner: string, text: string | string[]): Wanted {
  const all = typeof text === "string" ? text.split("\n") : text;
  const end = all.indexOf("");
  const lines = end < 0 ? all : all.slice(0, end);
  return { owner, lines, words: wordsOf(lines) };
}

/** A setting that the object's script cannot do without. */
export function word(from: Wanted, key: string): string {
  return from.words.get(key) ?? "";
}

/** Kernel settings that an object holds and that are not what it needs. */
export function wrongSettings(kind: string, { owner }: Wanted, seen: Observation): string[] {
  const holder = `${kind}:${owner.replaceAll("/", ":")}`;
  return seen.settings.flatMap((s) => {
    if (s.holder !== holder || s.now === s.wanted) {
      return [];
    }
    return s.now === undefined ? `${s.key} is gone` : `${s.key} is ${s.now}, not ${s.wanted}`;
  });
}

/** Packages that an object needs and that are not installed. */
export function missingPackages(names: string[], seen: Observation): string[] {
  return names
    .filter((name) => !seen.packages.has(name))
    .map((name) => `package ${name} is not installed`);
}
