import { randomUUID } from "node:crypto";
import { type CommandLine, RemoteProcess } from "../../components/ssh/remoteProcess.js";

/**
 * A shell on a machine that stays open. When it ends, it undoes what was changed through it. A signal, a killed program
 * and a cut connection all end its standard input, and the shell on the machine runs the undo.
 */
export class Session {
  private readonly shell: RemoteProcess;
  private readonly token = randomUUID();
  private lines: string[] = [];
  private hasChange = false;
  private done: (status: string) => void = () => undefined;

  /**
   * @param command Starts a shell that reads commands from its standard input.
   * @param repair The command, for users, that puts right what this shell could not undo.
   */
  constructor(
    private readonly machine: string,
    command: CommandLine,
    private readonly repair: string,
  ) {
    const end = new RegExp(`^${this.token} (\\d+)$`);
    this.shell = new RemoteProcess(command, (line) => {
      const [, status] = end.exec(line) ?? [];
      if (status === undefined) {
        this.lines.push(line);
      } else {
        this.done(status);
      }
    });
    this.write("trap 'exit 1' HUP INT TERM\n");
  }

  /** Runs a script. @returns Its output. @throws Error with that output when it fails. */
  async run(script: string): Promise<string> {
    this.lines = [];
    const ended = new Promise<string>((resolve) => (this.done = resolve));
    this.write(`(\n${script}\n) </dev/null 2>&1; printf '\\n%s %s\\n' ${this.token} "$?"\n`);
    const status = await Promise.race([ended, this.shell.ended.then(() => undefined)]);
    const printed = this.lines.join("\n");
    if (status === undefined) {
      throw new Error(
        `${this.machine}: ${printed.trim() || this.shell.errors || "the connection has ended"}`,
      );
    }
    if (status !== "0") {
      throw new Error(`${this.machine}: ${printed.trim() || `exit status ${status}`}`);
    }
    return printed;
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
    this.shell.end();
    if (!this.hasChange) {
      this.shell.kill();
    }
    const status = await this.shell.ended;
    if (this.hasChange && status !== 0) {
      throw new Error(`${this.machine} may not be as it was: \`${this.repair}\` puts that right`);
    }
  }

  private write(text: string): void {
    if (!this.shell.isRunning) {
      throw new Error(`${this.machine}: the connection has ended`);
    }
    this.shell.write(text);
  }
}
