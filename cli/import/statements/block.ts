import type { Findings } from "../model/findings.js";
import type { Statement } from "./statement.js";

/** What to do with a keyword: use it, or name the reason why the program does not have it. */
export type Keyword = ((statement: Statement) => void) | string;
export type Keywords = Partial<Record<string, Keyword>>;

/** Hands each statement of a block to its keyword. A keyword that is not known is named. */
export function readBlock(statements: Statement[], keywords: Keywords, findings: Findings): void {
  for (const statement of statements) {
    const [name = ""] = statement.words;
    const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
    if (typeof keyword === "function") {
      keyword(statement);
    } else {
      findings.omit(statement.origin, `${name}: ${keyword ?? "import does not know this keyword"}`);
    }
  }
}

/** Reads the words of one statement. */
export class Words {
  constructor(
    private readonly statement: Statement,
    private readonly findings: Findings,
  ) {}

  get keyword(): string {
    return this.statement.words[0] ?? "";
  }

  /** The word at a position; "" if there is none. */
  at(i: number): string {
    return this.statement.words[i] ?? "";
  }

  /** Names the words behind the last that is used. */
  upTo(last: number): this {
    const more = this.statement.words.slice(last + 1);
    if (more.length > 0) {
      this.omit(`superfluous words: ${more.join(" ")}`);
    }
    return this;
  }

  /** A whole number in a range; undefined, and named, if it is none. */
  integer(min: number, max: number, i = 1): number | undefined {
    const text = this.at(i).trim();
    const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) {
      return value;
    }
    this.omit(`${text || "nothing"} is not a whole number from ${min} to ${max}`);
    return undefined;
  }

  /** Seconds, which may have a fraction. */
  seconds(): number | undefined {
    const text = this.at(1);
    if (/^\d+(\.\d*)?$|^\.\d+$/.test(text)) {
      return Number(text);
    }
    this.omit(`${text || "nothing"} is not a time in seconds`);
    return undefined;
  }

  /** True without a word, as with "yes". */
  boolean(): boolean {
    const text = this.at(1).toLowerCase();
    if (!["", "on", "true", "yes", "off", "false", "no"].includes(text)) {
      this.omit(`${text} is neither yes nor no`);
    }
    return !["off", "false", "no"].includes(text);
  }

  omit(reason: string): void {
    this.findings.omit(this.statement.origin, `${this.keyword}: ${reason}`);
  }
}
