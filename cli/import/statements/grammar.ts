import peggy from "peggy";

/** A place in a text; lines and columns count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Parses a text. What is wrong with it is thrown as `refused` makes it of place and reason. */
export type Parser<T> = (text: string, refused: (at: Position, reason: string) => Error) => T;

/** A parser for a grammar of peggy, whose first rule makes what it returns. */
export function parserOf(grammar: string): Parser<unknown> {
  const parser = peggy.generate(grammar);
  return (text, refused) => {
    try {
      return parser.parse(text) as unknown;
    } catch (error) {
      throw isSyntaxError(error) ? refused(error.location.start, error.message) : error;
    }
  };
}

function isSyntaxError(error: unknown): error is Error & { location: peggy.LocationRange } {
  return error instanceof Error && "location" in error;
}
