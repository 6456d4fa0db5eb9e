import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeMachine, Outcome } from "./fakeMachine";

/** What the kernel of such a machine does with lines and connections. */
interface Behaviour {
  /** Parts of lines that it does not take. */
  refused: string[];
  /** By member: its connections end after so many waits. */
  busy: Record<string, number>;
}

/** A machine whose ipvsadm and kernel have a table that is like the real one. */
export class IpvsMachine extends FakeMachine {
  constructor(change?: (text: string) => string) {
    super(change);
    const tool = join(this.folder, "bin/ipvsadm");
    rmSync(tool);
    const fake = join(this.folder, "fakeIpvsadm.awk");
    copyFileSync(join(__dirname, "fakeIpvsadm.awk"), fake);
    chmodSync(fake, 0o644);
    const start = `STATE=${this.folder}/state exec ${this.folder}/real/awk -f ${fake} -- "$@"`;
    writeFileSync(tool, `#!/bin/sh\n${start}\n`, { mode: 0o755 });
  }

  /** Makes an object, or fails; returns what was printed. */
  apply(
    kind: string,
    owner: string,
    lines: string[],
    { seconds = 0, adopt = false, generation = "new" } = {},
  ): Outcome {
    const words = ["--generation", generation, ...(adopt ? ["--adopt"] : []), kind, "apply", owner];
    return this.run([...words, String(seconds)], lines.map((line) => `${line}\n`).join(""));
  }

  remove(kind: string, owner: string, lines: string[], seconds = 0): Outcome {
    return this.run(
      [kind, "remove", owner, String(seconds)],
      lines.map((line) => `${line}\n`).join(""),
    );
  }

  /** What the program observes of it. */
  observe(): string {
    return this.run(["observe"]).stdout;
  }

  /** By hand. */
  ipvsadm(lines: string[]): void {
    const { status, stderr } = this.shell("ipvsadm -R", lines.map((line) => `${line}\n`).join(""));
    if (status !== 0) {
      throw new Error(stderr);
    }
  }

  /** What `ipvsadm -Sn` prints, sorted. */
  saved(): string[] {
    return this.shell("ipvsadm -Sn").stdout.split("\n").filter(Boolean).sort();
  }

  /** The lines that were given to `ipvsadm -R` since this was asked last. */
  sent(): string[] {
    const file = join(this.folder, "state/restored");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    rmSync(file, { force: true });
    return lines;
  }

  change({ refused, busy }: Partial<Behaviour>): void {
    const write = (file: string, lines: string[]) => {
      writeFileSync(join(this.folder, "state", file), lines.map((line) => `${line}\n`).join(""));
    };
    if (refused) {
      write("refused", refused);
    }
    if (busy) {
      write(
        "busy",
        Object.entries(busy).map(([member, waits]) => `${waits} ${member}`),
      );
    }
  }
}
