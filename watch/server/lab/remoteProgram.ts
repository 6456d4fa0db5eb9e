import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RemoteProcess } from "../../../components/ssh/remoteProcess.js";
import { asRoot, remoteCommand, pythonWords } from "../../../lab/ssh.js";
import type { Machines as Access } from "../../../lab/ssh.js";

/** The machines of a stack, and their SSH settings. */
export interface StackMachines {
  stack: string;
  access: Access;
}

interface ProgramFiles {
  program: string;
  parts?: string[];
  root: boolean;
}

/** The time that a program has to end by itself, ms. */
const stopTimeout = 5000;

/** A program of ../machine that runs on a machine until it is closed. */
export class RemoteProgram {
  private readonly process: RemoteProcess;
  private failure?: string;
  private isWanted = true;

  /**
   * @param command The program's file, files of its parts that come before it, and true when it runs as root.
   * @param input The JSON that it reads first.
   * @param onLine Called with each line that it prints.
   * @param onEnd Called with the reason when it ended by itself.
   */
  constructor(
    { stack, access }: StackMachines,
    machine: string,
    command: ProgramFiles,
    input: object,
    onLine: (line: string) => void,
    onEnd: (why: string) => void,
  ) {
    const shell = remoteCommand(stack, access, machine, commandLine(command));
    this.process = new RemoteProcess(shell, (line) => {
      if (this.isWanted && isJsonObject(line)) {
        try {
          onLine(line);
        } catch (error) {
          this.failure = (error as Error).message.replaceAll("\n", " ");
          this.process.kill();
        }
      }
    });
    this.process.write(`${JSON.stringify(input)}\n`);
    void this.process.ended.then(() => {
      if (this.isWanted) {
        this.isWanted = false;
        const why = (this.failure ?? this.process.errors) || "the connection has ended";
        onEnd(`${machine}: ${why.split("\n").at(-1) ?? why}`);
      }
    });
  }

  /** Ends the program. @returns A promise for its end. */
  async close(): Promise<void> {
    this.isWanted = false;
    this.process.end();
    const timer = setTimeout(() => {
      this.process.kill();
    }, stopTimeout);
    await this.process.ended;
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

function commandLine({ program, parts = [], root }: ProgramFiles): string {
  const files = [...parts, program].map((file) => join(import.meta.dirname, "../machine", file));
  const run = pythonWords(files.map((file) => readFileSync(file, "utf8")).join("\n\n"));
  return root ? asRoot(run) : `exec ${run}`;
}
