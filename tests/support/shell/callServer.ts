import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { until } from "../command/helpers";
import type { FakeMachine, Scene } from "./fakeMachine";

/** What a call to a server has come to. */
export interface Served {
  status: number;
  stdout: string;
  stderr: string;
}

export const greeting = "ipvs-lab: taking calls\n";

/** The program's server on a fake machine (serve.sh), and a client that knows its protocol. */
export class CallServer {
  readonly process: ChildProcessWithoutNullStreams;
  stdout = "";
  stderr = "";
  private calls = 0;

  constructor(
    machine: FakeMachine,
    { scene = {}, shell = "/bin/sh" }: { scene?: Scene; shell?: string } = {},
  ) {
    this.process = machine.start(["serve"], scene, shell);
    this.process.stdout.on("data", (data: Buffer) => (this.stdout += data.toString()));
    this.process.stderr.on("data", (data: Buffer) => (this.stderr += data.toString()));
    this.process.stdin.on("error", () => undefined);
  }

  /** Writes a call. Returns the mark of its end. */
  write(words: string[], input = "", mark = `end-${++this.calls}-d41d8cd98f`): string {
    const lines = input.split("\n");
    this.process.stdin.write([mark, words.length, ...words, lines.length, ...lines, ""].join("\n"));
    return mark;
  }

  /** Waits for a call's end. */
  async end(mark: string): Promise<Served> {
    const pattern = new RegExp(`^${mark}\n([^]*?)${mark} (\\d+)\n`, "m");
    await until(
      () => pattern.test(this.stdout) && this.stderr.includes(mark),
      `the end of ${mark}`,
    );
    const [all = "", stdout = "", status] = pattern.exec(this.stdout) ?? [];
    this.stdout = this.stdout.replace(all, "");
    const at = this.stderr.indexOf(`${mark}\n`);
    const stderr = this.stderr.slice(0, at);
    this.stderr = this.stderr.slice(at + mark.length + 1);
    return { status: Number(status), stdout, stderr };
  }

  call(words: string[], input = ""): Promise<Served> {
    return this.end(this.write(words, input));
  }

  /** Ends the server's input. Returns its exit status once it has ended. */
  async close(): Promise<number | null> {
    this.process.stdin.end();
    return this.ended();
  }

  /** Ends it with all that it has started. */
  kill(): void {
    try {
      process.kill(-(this.process.pid ?? 0), "SIGKILL");
    } catch {
      // It has ended.
    }
  }

  async ended(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await once(this.process, "exit");
    }
    return this.process.exitCode;
  }
}
