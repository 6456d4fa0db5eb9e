import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeMachine, Outcome } from "./fakeMachine";

/** What the fake ipvsadm keeps. */
interface State {
  services: Record<string, { options: string; members: Record<string, object> }>;
  /** Parts of lines that its kernel does not take. */
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
    const text = readFileSync(join(__dirname, "fakeIpvsadm.js"), "utf8");
    writeFileSync(tool, `#!${process.execPath}\n${text}`, { mode: 0o755 });
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

  change(changes: Partial<State>): void {
    const file = join(this.folder, "state/ipvs.json");
    const none: State = { services: {}, refused: [], busy: {} };
    const state = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as State) : none;
    writeFileSync(file, JSON.stringify({ ...state, ...changes }));
    chmodSync(file, 0o666);
  }
}
