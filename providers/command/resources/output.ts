import { StringDecoder } from "node:string_decoder";
import type { Reporter } from "../display";

export type Stream = "stdout" | "stderr";

// A longer line is shown by its beginning: nobody reads more of it beside a resource.
const longestLine = 4_000;

/** What a command prints: kept as a whole, and shown line by line as it comes. */
export class Output {
  private readonly parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private readonly both: Buffer[] = [];
  private readonly decoder = new StringDecoder("utf8");
  private line = "";

  /** @param logging Which stream is shown: stdout, stderr, stdoutAndStderr (so it is when left out) or none. */
  constructor(
    private readonly reporter: Reporter,
    private readonly logging: string | undefined,
  ) {}

  add(stream: Stream, data: Buffer): void {
    this.parts[stream].push(data);
    this.both.push(data);
    if (this.shows(stream)) {
      this.show(this.decoder.write(data));
    }
  }

  /** Shows a last line that has no end. */
  end(): void {
    this.show(this.decoder.end());
    if (this.line !== "") {
      this.reporter.status(this.line);
    }
    this.line = "";
  }

  /** Both streams in the order in which they came. */
  get all(): readonly Buffer[] {
    return this.both;
  }

  /** A stream as the state holds it: without the last line's end. */
  text(stream: Stream): string {
    return Buffer.concat(this.parts[stream]).toString("utf8").replace(/\n$/, "");
  }

  private shows(stream: Stream): boolean {
    const { logging = "stdoutAndStderr" } = this;
    return logging === stream || logging === "stdoutAndStderr";
  }

  private show(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.extend(text.slice(from, end));
      this.reporter.status(this.line.replace(/\r$/, ""));
      this.line = "";
      from = end + 1;
    }
    this.extend(text.slice(from));
  }

  private extend(text: string): void {
    this.line += text.slice(0, Math.max(0, longestLine - this.line.length));
  }
}
