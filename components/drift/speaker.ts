/** What a director's BIRD says of itself (observe.sh, section "bgp"). */
export interface Speaker {
  /** Its sessions, by their names in its files. */
  sessions: Map<string, Session>;
  /**
   * The addresses that may be announced, those of them that wait for all of their members, and those that are announced,
   * by their names in its files.
   */
  alive: Set<string>;
  coming: Set<string>;
  live: Set<string>;
  /** True in maintenance. */
  isWithdrawn: boolean;
}

export interface Session {
  /** "Established", or BIRD's words for where it is and why. */
  state: string;
  /** The prefixes that the neighbour is told. */
  exported: Set<string>;
}

/** The name of an address in BIRD's files: "n" begins those of neighbours, "v" those of virtual addresses. */
export function nameInFiles(letter: "n" | "v", address: string): string {
  return `${letter}_${address.replace(/\/.*/, "").replace(/[.:]/g, "_")}`;
}

/** @param lines A speaker's part of the section. */
export function speakerOf(lines: string[]): Speaker {
  const wordsAfter = (key: string) =>
    new Set(
      lines
        .filter((line) => line.startsWith(`${key} `))
        .flatMap((line) => line.split(/\s+/).slice(1))
        .filter((word) => word !== "")
        .map((word) => word.replace(/\.conf$/, "")),
    );
  const sessions = new Map<string, Session>();
  for (const line of lines) {
    // "n_10_80_4_1 BGP --- up 2026-11-30 10:44:59.417 Established"
    const [, name, state, info] =
      /^(n_\S+)\s+BGP\s+\S+\s+(\S+)\s+\S+(?:\s+[\d:.]+)?\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      const said = info?.trim() ?? "";
      sessions.set(name, { state: said === "" ? (state ?? "") : said, exported: new Set() });
    }
  }
  for (const line of lines) {
    const [, name = "", prefix = ""] = /^exported (\S+) (\S+)$/.exec(line) ?? [];
    sessions.get(name)?.exported.add(prefix);
  }
  return {
    sessions,
    alive: wordsAfter("alive"),
    coming: wordsAfter("coming"),
    live: wordsAfter("live"),
    isWithdrawn: lines.includes("withdrawn"),
  };
}
