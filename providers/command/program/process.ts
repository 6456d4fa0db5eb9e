import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientChannel } from "ssh2";
import { unlessStopped } from "../failure";
import type { Output } from "../resources/output";
import { endOf, endUnlessStopped, type End } from "../ssh/ending";
import type { OpenChannel } from "../ssh/pool";
import { start } from "../ssh/session";
import type { ProgramCall } from "./call";
import { UntilMark } from "./untilMark";

const greeting = "ipvs-lab: taking calls";
/** The time for an answer of a server that runs no call, milliseconds. */
const answerTimeout = 15_000;

/** A program on a machine that takes calls in turns (components/host/program/serve.sh), in a channel of its own. */
export class CallProcess {
  isOver = false;
  private readonly channel: ClientChannel;
  private readonly end: Promise<End>;
  private stdout = new UntilMark(greeting);
  private stderr = new UntilMark(greeting);

  constructor(private readonly taken: OpenChannel<ClientChannel>) {
    this.channel = taken.channel;
    this.channel.on("data", (data: Buffer) => {
      this.stdout.add(data);
    });
    this.channel.stderr.on("data", (data: Buffer) => {
      this.stderr.add(data);
    });
    this.channel.stdin.on("error", () => undefined);
    this.end = endOf(this.channel);
    void this.end.then(() => {
      this.isOver = true;
      taken.release();
    });
  }

  /**
   * Starts the program.
   * @returns "refused" if the program takes no calls, like those of earlier versions; "lost" if the connection is lost.
   */
  async start(program: string, signal: AbortSignal): Promise<"ready" | "refused" | "lost"> {
    const started = await start(this.channel, `${program} serve`).catch(() => undefined);
    if (!started) {
      return started === undefined ? "lost" : "refused";
    }
    if (await this.answered(signal)) {
      return "ready";
    }
    const { code, signal: killer } = this.isOver ? await this.end : { code: 1 };
    return code === undefined && killer === undefined ? "lost" : "refused";
  }

  /** Runs a call. Returns undefined, without running anything, if the server is gone or does not answer. */
  async run(
    { words, stdin }: ProgramCall,
    output: Output,
    signal: AbortSignal,
  ): Promise<End | undefined> {
    const mark = randomBytes(16).toString("hex");
    this.stdout = new UntilMark(mark);
    this.stderr = new UntilMark(mark, (data) => {
      output.add("stderr", data);
    });
    this.channel.write(`${mark}\n`);
    if (!(await this.answered(signal))) {
      return undefined;
    }
    this.stdout = new UntilMark(mark, (data) => {
      output.add("stdout", data);
    });
    const lines = stdin.split("\n");
    this.channel.write([words.length, ...words, lines.length, ...lines, ""].join("\n"));
    const [first, second] = [this.stdout, this.stderr];
    const marked = Promise.all([first.found, second.found]).then(() => ({}));
    const end = await endUnlessStopped(signal, this.channel, Promise.race([marked, this.end]));
    if (first.isFound && second.isFound) {
      return { code: Number(await first.found) };
    }
    // The server ended normally without reporting the end of the call.
    return end.code === 0 ? {} : end;
  }

  /** Ends the server. A call that still runs goes on alone. */
  close(): void {
    this.isOver = true;
    this.channel.end();
    this.channel.close();
    this.taken.release();
  }

  /** Waits for the next mark on standard output. @throws Failure when `signal` aborts. */
  private async answered(signal: AbortSignal): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(answerTimeout, undefined, { signal: timer.signal }).catch(() => undefined);
    try {
      await unlessStopped(signal, Promise.race([this.stdout.found, this.end, late]));
    } finally {
      timer.abort();
    }
    return this.stdout.isFound;
  }
}
