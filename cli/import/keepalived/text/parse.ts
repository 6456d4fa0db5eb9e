import peggy from "peggy";
import { type Origin, SourceError } from "../../model/origin.js";
import type { ExpandedLine } from "./expand.js";
import { grammar } from "./grammar.js";

/** A statement: a keyword and its words, with a block if there is one. */
export interface Statement {
  words: string[];
  block?: Statement[];
  origin: Origin;
}

/** As the grammar makes it. */
interface Parsed {
  words: string[];
  block?: Parsed[];
  at: Position;
}
interface Position {
  line: number;
  column: number;
}

const parser = peggy.generate(grammar);

/** @throws SourceError if the lines do not make statements and blocks. */
export function parse(file: string, lines: ExpandedLine[]): Statement[] {
  const origin = ({ line, column }: Position): Origin => {
    const from = lines[line - 1] ?? lines.at(-1);
    return from
      ? { ...from.origin, ...(from.isVerbatim && { column }) }
      : { file, line: 1, column: 1 };
  };
  try {
    const parsed = parser.parse(lines.map(({ text }) => text).join("\n")) as Parsed[];
    return parsed.map((one) => statement(one, origin));
  } catch (error) {
    if (isSyntaxError(error)) {
      throw new SourceError(origin(error.location.start), error.message);
    }
    throw error;
  }
}

function statement({ words, block, at }: Parsed, origin: (at: Position) => Origin): Statement {
  const inner = block?.map((one) => statement(one, origin));
  return { words, ...(inner && { block: inner }), origin: origin(at) };
}

function isSyntaxError(error: unknown): error is Error & { location: peggy.LocationRange } {
  return error instanceof Error && "location" in error;
}
