import { StringDecoder } from "node:string_decoder";
import type { Reporter } from "../display";

export type Stream = "stdout" | "stderr";

// Only the beginning of a longer line is shown: nobody reads more of it beside a resource.
const maxLineLength = 4_000;

/** A command's output: kept as a whole, and shown line by line as it comes. */
export class Output {
  private readonly parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private readonly both: Buffer[] = [];
  private readonly decoder = new StringDecoder("utf8");
  private line = "";

  /** @param logging The streams that are shown: stdout, stderr, stdoutAndStderr (the default) or none. */
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

  /** Shows a last line without a line end. */
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

  /** A stream as the state holds it: without the last line end. */
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
    this.line += text.slice(0, Math.max(0, maxLineLength - this.line.length));
  }
}
