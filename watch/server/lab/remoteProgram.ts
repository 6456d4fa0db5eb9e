import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asRoot, lastingSshArguments, pythonWords } from "../../../lab/ssh.js";
import type { Machines as Access } from "../../../lab/ssh.js";

/** The machines of a stack, and their SSH settings. */
export interface StackMachines {
  stack: string;
  access: Access;
}

/** The time that a program has to end by itself, ms. */
const stopTimeout = 5000;

/**
 * A program of ../machine that runs on a machine as long as its standard input is open. The end of this program, or of
 * the connection, ends it too.
 */
export class RemoteProgram {
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private errorOutput = "";
  private isWanted = true;

  /**
   * @param command The program's file, and true when it runs as root.
   * @param input The JSON that it reads first.
   * @param onLine Called with each line that it prints.
   * @param onEnd Called with the reason when it ended by itself.
   */
  constructor(
    machines: StackMachines,
    machine: string,
    command: { program: string; root: boolean },
    input: object,
    onLine: (line: string) => void,
    onEnd: (why: string) => void,
  ) {
    const args = [
      ...lastingSshArguments(machines.stack, machines.access, machine),
      commandLine(command),
    ];
    // A process group of its own: Ctrl-C reaches only this program, which ends the other one properly.
    this.child = spawn("ssh", args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.child;
    stderr?.setEncoding("utf8").on("data", (data: string) => {
      this.errorOutput = (this.errorOutput + data).slice(-2000);
    });
    if (stdout) {
      createInterface({ input: stdout }).on("line", (line) => {
        if (this.isWanted && isJsonObject(line)) {
          try {
            onLine(line);
          } catch (error) {
            this.errorOutput = (error as Error).message.replaceAll("\n", " ");
            this.child.kill();
          }
        }
      });
    }
    stdin?.on("error", () => undefined);
    stdin?.write(`${JSON.stringify(input)}\n`);
    this.gone = new Promise((resolve) => {
      const over = (why: string) => {
        resolve();
        if (this.isWanted) {
          this.isWanted = false;
          onEnd(`${machine}: ${why}`);
        }
      };
      this.child.on("close", () => {
        const said = this.errorOutput.trim().split("\n").at(-1);
        over(said === undefined || said === "" ? "the connection has ended" : said);
      });
      this.child.on("error", ({ message }) => {
        over(message);
      });
    });
  }

  /** Ends the program. @returns A promise for its end. */
  async close(): Promise<void> {
    this.isWanted = false;
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill(), stopTimeout);
    await this.gone;
    clearTimeout(timer);
  }
}

/** True for a line of the program: a JSON object. A login shell may print other lines before. */
function isJsonObject(line: string): boolean {
  try {
    return line.startsWith("{") && typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

function commandLine({ program, root }: { program: string; root: boolean }): string {
  const text = readFileSync(join(import.meta.dirname, "../machine", program), "utf8");
  const run = pythonWords(text);
  return root ? asRoot(run) : `exec ${run}`;
}
