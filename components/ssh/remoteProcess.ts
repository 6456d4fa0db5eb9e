import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program of this computer that runs a command on a machine, as ssh does. */
export interface CommandLine {
  file: string;
  args: string[];
}

/** The characters of the error output that are kept. */
const keptErrors = 4000;

/**
 * A process on a machine that reads its standard input. It ends when that ends: because this program ended it, was
 * killed, or lost the connection.
 */
export class RemoteProcess {
  /** Settles when the process has ended and all of its output was seen: its exit status, null without one. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private said = "";
  private over = false;

  /** @param onLine Called with each line of its standard output. */
  constructor({ file, args }: CommandLine, onLine: (line: string) => void) {
    // A process group of its own: Ctrl-C reaches only this program, which ends the other one properly.
    this.child = spawn(file, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.child;
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-keptErrors);
    });
    if (stdout) {
      createInterface({ input: stdout }).on("line", onLine);
    }
    stdin?.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.on("close", (status) => {
        this.over = true;
        resolve(status);
      });
      this.child.on("error", ({ message }) => {
        this.over = true;
        this.said ||= message;
        resolve(null);
      });
    });
  }

  /** False once it has ended. */
  get isRunning(): boolean {
    return !this.over && this.child.stdin?.writable === true;
  }

  /** The end of its error output, or why it could not be started. */
  get errors(): string {
    return this.said.trim();
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Ends its standard input. */
  end(): void {
    this.child.stdin?.end();
  }

  /** Ends the connection at once. */
  kill(): void {
    this.child.kill();
  }
}
