import { type Origin, SourceError } from "../../model/origin.js";
import { type Parser, parserOf, type Position } from "../../statements/grammar.js";
import type { Statement } from "../../statements/statement.js";
import type { ExpandedLine } from "./expand.js";
import { grammar } from "./grammar.js";

/** As the grammar makes it. */
interface Parsed {
  words: string[];
  block?: Parsed[];
  at: Position;
}

const parsed = parserOf(grammar) as Parser<Parsed[]>;

/** @throws SourceError if the lines do not make statements and blocks. */
export function parse(file: string, lines: ExpandedLine[]): Statement[] {
  const origin = ({ line, column }: Position): Origin => {
    const from = lines[line - 1] ?? lines.at(-1);
    return from
      ? { ...from.origin, ...(from.isVerbatim && { column }) }
      : { file, line: 1, column: 1 };
  };
  const text = lines.map((line) => line.text).join("\n");
  const all = parsed(text, (at, reason) => new SourceError(origin(at), reason));
  return all.map((one) => statement(one, origin));
}

function statement({ words, block, at }: Parsed, origin: (at: Position) => Origin): Statement {
  const inner = block?.map((one) => statement(one, origin));
  return { words, ...(inner && { block: inner }), origin: origin(at) };
}
