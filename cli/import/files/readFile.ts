import { readFileSync, statSync } from "node:fs";
import { type Origin, SourceError } from "../model/origin.js";

/** The most that import reads, in bytes: a hundred times a large configuration. */
const maxBytes = 16 * 2 ** 20;

/** Reads text files, up to a limit for all of them together. */
export class TextFiles {
  private left = maxBytes;

  /**
   * @param asker The place that names the file, for errors; undefined for a file of the command line.
   * @throws SourceError if it is missing, no text, or too large.
   */
  read(file: string, asker?: Origin): string {
    const start = { file, line: 1, column: 1 };
    let size: number;
    try {
      const stats = statSync(file);
      if (!stats.isFile()) {
        throw new SourceError(asker ?? start, `${file} is not a file`);
      }
      ({ size } = stats);
    } catch (error) {
      throw error instanceof SourceError
        ? error
        : new SourceError(asker ?? start, `${file} cannot be read: ${systemReason(error)}`);
    }
    if (size > this.left) {
      const all = this.left < maxBytes ? " together with the others" : "";
      throw new SourceError(
        start,
        `the file has ${megabytes(size)}; import reads at most ${megabytes(maxBytes)}${all}`,
      );
    }
    this.left -= size;
    return textOf(file, readBytes(file, asker ?? start));
  }
}

function readBytes(file: string, asker: Origin): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SourceError(asker, `${file} cannot be read: ${systemReason(error)}`);
  }
}

function textOf(file: string, bytes: Buffer): string {
  const at = bytes.findIndex((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
  if (at >= 0) {
    const before = bytes.subarray(0, at);
    const line = before.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
    const origin = { file, line, column: at - before.lastIndexOf(10) };
    throw new SourceError(origin, `not a text: it has a byte of value ${bytes[at] ?? 0}`);
  }
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  // Comments of old files may be in Latin 1.
  return text.includes("\uFFFD") ? bytes.toString("latin1") : text;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** "no such file or directory" of Node.js's "ENOENT: no such file or directory, stat 'x'". */
function systemReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^[A-Z]+: /, "").replace(/, \w+( '.*')?$/, "");
}
