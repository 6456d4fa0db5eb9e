import { nowhere, type Origin } from "./origin.js";

/** Something that a file has and the program does not. */
interface Finding {
  reason: string;
  origin: Origin;
}

/** Collects what a program cannot express, and what to know before it runs. */
export class Findings {
  private readonly omissions: Finding[] = [];
  private readonly remarks: Finding[] = [];

  /** Records something that the program does not have. */
  omit(origin: Origin, reason: string): void {
    this.omissions.push({ reason, origin });
  }

  /** Records something to know about what the program has. */
  note(origin: Origin, reason: string): void {
    this.remarks.push({ reason, origin });
  }

  /** Leaves out the places, as of what a machine has. */
  forgetPlaces(): void {
    for (const finding of [...this.omissions, ...this.remarks]) {
      finding.origin = nowhere;
    }
  }

  /** Adds those of another file. */
  addAll({ omissions, remarks }: Findings): void {
    this.omissions.push(...omissions);
    this.remarks.push(...remarks);
  }

  /** One line for each reason, with all its places: "lb.conf:12, 40; more.conf:3: notify_up: …". */
  get omitted(): string[] {
    return byReason(this.omissions);
  }

  get notes(): string[] {
    return byReason(this.remarks);
  }
}

function byReason(findings: Finding[]): string[] {
  const places = new Map<string, Map<string, Set<number>>>();
  for (const { reason, origin } of findings) {
    const files = places.get(reason) ?? new Map<string, Set<number>>();
    places.set(reason, files);
    files.set(origin.file, (files.get(origin.file) ?? new Set()).add(origin.line));
  }
  return [...places].map(([reason, files]) => {
    const where = [...files].flatMap(([file, lines]) =>
      file === nowhere.file ? [] : `${file}:${[...lines].join(", ")}`,
    );
    return where.length === 0 ? reason : `${where.join("; ")}: ${reason}`;
  });
}
