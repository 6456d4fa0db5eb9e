import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";

/** The command line of a shell that reads commands from its standard input. */
export interface ShellCommand {
  file: string;
  args: string[];
}

/**
 * A shell on a machine that stays open. When it ends, it undoes what was changed through it. A signal, a killed program
 * and a cut connection all end its standard input, and the shell on the machine runs the undo.
 */
export class Session {
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly token = randomUUID();
  private output = "";
  private isOver = false;
  private hasChange = false;
  private waiting: (() => void) | undefined;

  constructor(
    private readonly machine: string,
    { file, args }: ShellCommand,
  ) {
    // The shell gets a process group of its own, so Ctrl-C reaches only this program, which ends the shell properly.
    this.child = spawn(file, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (data: string) => {
        this.output += data;
        this.waiting?.();
      });
    }
    this.child.stdin?.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      const over = (status: number | null) => {
        this.isOver = true;
        this.waiting?.();
        resolve(status);
      };
      this.child.on("close", over);
      this.child.on("error", () => {
        over(null);
      });
    });
    this.write("trap 'exit 1' HUP INT TERM\n");
  }

  /** Runs a script. @returns Its output. @throws Error with that output when it fails. */
  async run(script: string): Promise<string> {
    this.output = "";
    this.write(`(\n${script}\n) </dev/null 2>&1; printf '\\n%s %s\\n' ${this.token} "$?"\n`);
    const end = new RegExp(`\\n${this.token} (\\d+)\\n$`);
    for (;;) {
      const [all, status] = end.exec(this.output) ?? [];
      if (all !== undefined) {
        const printed = this.output.slice(0, -all.length);
        if (status !== "0") {
          throw new Error(`${this.machine}: ${printed.trim() || `exit status ${status}`}`);
        }
        return printed;
      }
      if (this.isOver) {
        throw new Error(`${this.machine}: ${this.output.trim() || "the connection has ended"}`);
      }
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
  }

  /** Makes a change. `release` undoes it, or else the end of the shell does. */
  async changeUntilRelease(change: string, undo: string): Promise<void> {
    this.hasChange = true;
    // The trap is set before the change. The shell reads all of the undo before it runs any of it.
    this.write(`undo() {\n${undo}\n}\ntrap 'undo </dev/null >/dev/null 2>&1 || exit 1' EXIT\n`);
    await this.run(change);
  }

  /** Undoes the change. */
  async release(): Promise<void> {
    await this.run("undo");
    this.write("trap - EXIT\n");
    this.hasChange = false;
  }

  /** Ends the shell. @throws Error when the shell could not undo its change. */
  async close(): Promise<void> {
    this.child.stdin?.end();
    if (!this.hasChange) {
      this.child.kill();
    }
    const status = await this.ended;
    if (this.hasChange && status !== 0) {
      throw new Error(`${this.machine} may not be as it was: \`npm run up\` puts that right`);
    }
  }

  private write(text: string): void {
    if (this.isOver || this.child.stdin?.writable !== true) {
      throw new Error(`${this.machine}: the connection has ended`);
    }
    this.child.stdin.write(text);
  }
}
