import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandLine, RemoteProcess } from "../../components/ssh/remoteProcess.js";
import { pythonWords } from "../../lab/ssh.js";
import type { Asked } from "./result.js";

/** What the client asks for: requests to `url` a second, and downloads of `path` that have `size` bytes each. */
export interface Load {
  url: string;
  path: string;
  rate: number;
  downloads: number;
  size: number;
}

interface Line extends Partial<Asked> {
  downloading?: number;
  whole?: number;
}

/** The program client.py on a machine. */
export class FailoverClient {
  readonly asked: Asked[] = [];
  /** Settles once the downloads have begun: false when one could not. */
  readonly begun: Promise<boolean>;
  private readonly process: RemoteProcess;
  private whole = 0;

  /** @param shell Runs a command on the machine, which is its last word. */
  constructor(shell: (command: string) => CommandLine, load: Load) {
    const program = readFileSync(join(import.meta.dirname, "client.py"), "utf8");
    let begin: (all: boolean) => void = () => undefined;
    this.begun = new Promise((resolve) => (begin = resolve));
    this.process = new RemoteProcess(shell(`exec ${pythonWords(program)}`), (text) => {
      // A login shell may print lines of its own.
      const line = text.startsWith("{") ? (JSON.parse(text) as Line) : {};
      if (line.downloading !== undefined) {
        begin(line.downloading === load.downloads);
      } else if (line.whole !== undefined) {
        this.whole = line.whole;
      } else if (line.at !== undefined) {
        this.asked.push(line as Asked);
      }
    });
    this.process.write(`${JSON.stringify(load)}\n`);
    void this.process.ended.then(() => {
      begin(false);
    });
  }

  /** The last lines of its error output. */
  get errors(): string {
    return this.process.errors;
  }

  /** Lets the downloads come to their ends. @returns The number of those that came whole. */
  async finish(): Promise<number> {
    this.process.end();
    await this.process.ended;
    return this.whole;
  }

  /** Ends it at once. */
  kill(): void {
    this.process.kill();
  }
}
