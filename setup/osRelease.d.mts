/** A system, as its file os-release describes it. */
export interface OsRelease {
  /** "debian", "ubuntu" …; empty where there is no such file. */
  id: string;
  /** The ids of the systems that it is made from or alike, the closest first. */
  like: string[];
  /** "13", "24.04"; empty for a rolling one. */
  version: string;
  /** For people: "Debian 13". */
  name: string;
}

export function osRelease(text?: string): OsRelease;
