/** A system, as its file os-release describes it. */
export interface OsRelease {
  /** "debian", "ubuntu" …; empty when there is no such file. */
  id: string;
  /** The ids of the systems that it derives from, the closest first. */
  like: string[];
  /** "13", "24.04"; empty for a rolling release. */
  version: string;
  /** The name for people: "Debian 13". */
  name: string;
}

export function osRelease(text?: string): OsRelease;
