import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import type { Findings } from "../model/findings.js";
import { type Origin, SourceError } from "../model/origin.js";

/** Merges within merges. */
const maxMerges = 100;

/** A YAML file whose values know where they stand. */
export class YamlFile {
  readonly root: Entry;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  /** @throws SourceError if it is no YAML. */
  constructor(
    private readonly file: string,
    text: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const [error] = this.document.errors;
    if (error) {
      throw new SourceError(this.originAt(error.pos[0]), error.message);
    }
    this.root = new Entry(this.document.contents, this, { file, line: 1, column: 1 });
  }

  /** The value that an alias stands for. */
  resolve(alias: Alias): unknown {
    return alias.resolve(this.document);
  }

  originAt(offset: number): Origin {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** A value of a YAML file. */
export class Entry {
  readonly origin: Origin;

  private readonly node: unknown;

  constructor(
    written: unknown,
    private readonly yaml: YamlFile,
    origin: Origin,
  ) {
    this.node = isAlias(written) ? yaml.resolve(written) : written;
    const at = (this.node as Node | null)?.range?.[0];
    this.origin = at === undefined ? origin : yaml.originAt(at);
  }

  /** Hands each property to its reader. One that is not known is named. */
  read(findings: Findings, readers: Record<string, (entry: Entry) => unknown>): void {
    for (const pair of this.pairs()) {
      const name = nameOf(pair);
      const key = new Entry(pair.key, this.yaml, this.origin);
      const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
      if (reader) {
        reader(new Entry(pair.value, this.yaml, key.origin));
      } else {
        findings.omit(key.origin, `${name}: import does not know this property`);
      }
    }
  }

  has(name: string): boolean {
    return this.pairs().some((pair) => nameOf(pair) === name);
  }

  /** The values of a list; none where the file has nothing. */
  items(): Entry[] {
    if (isSeq(this.node)) {
      return this.node.items.map((item) => new Entry(item, this.yaml, this.origin));
    }
    if (this.isNothing()) {
      return [];
    }
    throw new SourceError(this.origin, "a list belongs here");
  }

  /** A single value as it is written. */
  text(): string {
    if (isScalar(this.node)) {
      const { source, value } = this.node;
      return source ?? (typeof value === "string" ? value : "");
    }
    if (this.isNothing()) {
      return "";
    }
    throw new SourceError(this.origin, "a single value belongs here");
  }

  /** A whole number in a range; undefined, and named, if it is none. */
  integer(min: number, max: number, findings: Findings): number | undefined {
    const value = isScalar(this.node) ? this.node.value : undefined;
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value);
    }
    findings.omit(
      this.origin,
      `${this.text() || "nothing"} is not a whole number from ${min} to ${max}`,
    );
    return undefined;
  }

  /** True, and named, for a text with a parameter of ipvsctl, whose value the file does not have. */
  isParameter(findings: Findings): boolean {
    const [name] = /\$\{[^}]*\}/.exec(this.text()) ?? [];
    if (name !== undefined) {
      findings.omit(
        this.origin,
        `${name}: its value is not in the file; write it there, and import again`,
      );
    }
    return name !== undefined;
  }

  /** Its properties, with those that it merges (`<<`) where it has none of the same name. */
  private pairs(depth = 0): Pair[] {
    if (depth > maxMerges) {
      throw new SourceError(this.origin, "merges do not end");
    }
    if (this.isNothing()) {
      return [];
    }
    if (!isMap(this.node)) {
      throw new SourceError(this.origin, "properties with values belong here");
    }
    const [merges, own] = [true, false].map((isMerge) =>
      (this.node as YAMLMap).items.filter((pair) => (nameOf(pair) === "<<") === isMerge),
    );
    const merged = (merges ?? []).flatMap(({ value }) => {
      const entry = new Entry(value, this.yaml, this.origin);
      return isSeq(entry.node) ? entry.items() : [entry];
    });
    return merged.reduce((pairs, entry) => {
      const names = pairs.map(nameOf);
      return [...pairs, ...entry.pairs(depth + 1).filter((pair) => !names.includes(nameOf(pair)))];
    }, own ?? []);
  }

  private isNothing(): boolean {
    return (
      this.node === null ||
      this.node === undefined ||
      (isScalar(this.node) && this.node.value === null)
    );
  }
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}
