import { realpathSync, statSync } from "node:fs";
import { dirname, join, isAbsolute } from "node:path";
import { isPattern, matches } from "../../files/glob.js";
import type { TextFiles } from "../../files/readFile.js";
import type { Findings } from "../../model/findings.js";
import { type Origin, SourceError } from "../../model/origin.js";
import { logicalLines, type LogicalLine } from "./lines.js";
import { listLoop, sequenceLoop, type Loop } from "./loops.js";

/** A line of the configuration after all replacements. */
export interface ExpandedLine {
  text: string;
  /** The place where it was written. */
  origin: Origin;
  /** True if the text stands like that in the file, so that its columns are the file's. */
  isVerbatim: boolean;
}

/** Lines after all replacements; far more than keepalived handles well. */
const maxLines = 300_000;
/** Replacements within replacements. */
const maxDepth = 100;

/**
 * Expands what keepalived.conf(5) calls advanced configuration, and includes: what comes out is statements and blocks
 * alone.
 * @param configId What `@words` are compared with, as with keepalived's option --config-id.
 * @throws SourceError if a file is missing or includes itself, or if replacements do not end.
 */
export function expand(
  file: string,
  { files, findings, configId }: { files: TextFiles; findings: Findings; configId?: string },
): ExpandedLine[] {
  const expander = new Expander(files, findings, configId);
  expander.addFile(file);
  return expander.lines;
}

class Expander {
  readonly lines: ExpandedLine[] = [];
  private readonly definitions = new Map<string, string[]>();
  /** The files that are being read, each included by the one before. */
  private readonly open: { file: string; real: string }[] = [];

  constructor(
    private readonly files: TextFiles,
    private readonly findings: Findings,
    private readonly configId?: string,
  ) {}

  addFile(file: string, asker?: Origin): void {
    const text = this.files.read(file, asker);
    const real = realpathSync(file);
    if (asker && this.open.some((one) => one.real === real)) {
      const circle = [...this.open.map((one) => one.file), file].join(" includes ");
      throw new SourceError(asker, `a circle of includes: ${circle}`);
    }
    this.open.push({ file, real });
    for (const line of logicalLines(file, text)) {
      this.addLogical(line);
    }
    this.open.pop();
  }

  private addLogical({ parts, origin }: LogicalLine): void {
    const [first = ""] = parts;
    const [, word = "", path = ""] = /^\s*(include[rmwba]?)\s+(\S.*?)\s*$/.exec(first) ?? [];
    const [, name, value = ""] = /^\s*\$([A-Za-z_]\w*)=\s*(.*)$/.exec(first) ?? [];
    if (path !== "") {
      const column = first.indexOf(path, first.indexOf(word) + word.length) + 1;
      this.include(word, path.replace(/^(["'])(.*)\1$/, "$2"), { ...origin, column });
    } else if (name !== undefined) {
      const rest = parts.slice(1);
      // Of several lines, none stands behind the equals sign.
      this.definitions.set(name, value === "" && rest.length > 0 ? rest : [value, ...rest]);
    } else if (parts.length > 1) {
      this.add(parts.join(" "), origin, 0);
    } else {
      this.add(first, origin, 0, true);
    }
  }

  private include(word: string, path: string, origin: Origin): void {
    const here = this.open.at(-1)?.file ?? "";
    const whole = isAbsolute(path) ? path : join(dirname(here), path);
    const found = isPattern(path) ? matches(whole) : [whole];
    if (found.length === 0) {
      if (["includew", "includea", "includem"].includes(word)) {
        throw new SourceError(origin, `${word}: no file matches ${path}`);
      }
      this.findings.omit(origin, `include: no file matches ${path}`);
    }
    for (const file of found) {
      if (!isPattern(path) || !statSync(file).isDirectory()) {
        this.addFile(file, origin);
      }
    }
  }

  private add(text: string, origin: Origin, depth: number, isVerbatim = false): void {
    if (depth > maxDepth) {
      throw new SourceError(origin, `replacements do not end: ${text.trim().slice(0, 80)}`);
    }
    const trimmed = text.trimStart();
    const [, name, value = ""] = /^\$([A-Za-z_]\w*)=\s*(.*)$/.exec(trimmed) ?? [];
    if (name !== undefined) {
      this.definitions.set(name, [value]);
    } else if (trimmed.startsWith("@")) {
      this.addConditional(trimmed, origin, depth);
    } else if (/^~(SEQ|LST)/.test(trimmed)) {
      this.addLoop(trimmed, origin, depth);
    } else {
      this.addReplaced(text, origin, depth, isVerbatim);
    }
  }

  /** "@main priority 100" is for the machine main, "@^main priority 90" for all others. */
  private addConditional(text: string, origin: Origin, depth: number): void {
    const [, not, id = "", rest = ""] = /^@(\^?)(\S*)\s*(.*)$/.exec(text) ?? [];
    if ((id === this.configId) !== (not === "^")) {
      this.add(rest, origin, depth + 1);
    } else if (rest !== "") {
      const now =
        this.configId === undefined
          ? "none is chosen (--config-id NAME)"
          : `${this.configId} is chosen`;
      this.findings.omit(origin, `only for the configuration ${not ?? ""}${id}; ${now}`);
    }
  }

  private addLoop(text: string, origin: Origin, depth: number): void {
    const replace = (s: string) => this.replaceAll(s, origin).join(" ");
    const loop: Loop | undefined = sequenceLoop(text, replace) ?? listLoop(text, replace);
    if (!loop) {
      throw new SourceError(origin, `not a loop that ends: ${text.slice(0, 80)}`);
    }
    for (const values of loop.rounds) {
      loop.names.forEach((name, i) => this.definitions.set(name, [values[i] ?? ""]));
      this.add(loop.body, origin, depth + 1);
    }
  }

  private addReplaced(text: string, origin: Origin, depth: number, isVerbatim: boolean): void {
    const replaced = text.includes("$") ? this.replaceOne(text) : undefined;
    if (replaced) {
      for (const line of replaced) {
        this.add(line, origin, depth + 1);
      }
      return;
    }
    if (this.lines.length >= maxLines) {
      throw new SourceError(origin, `the configuration has more than ${maxLines} lines here`);
    }
    this.lines.push({ text, origin, isVerbatim });
  }

  private replaceAll(text: string, origin: Origin): string[] {
    let lines = [text];
    for (let i = 0; i < maxDepth; i++) {
      const replaced = lines.map((line) => this.replaceOne(line));
      if (replaced.every((line) => line === undefined)) {
        return lines;
      }
      lines = lines.flatMap((line, j) => replaced[j] ?? line);
    }
    throw new SourceError(origin, `replacements do not end: ${text.slice(0, 80)}`);
  }

  /** The text with each parameter replaced once; undefined if there is none. */
  private replaceOne(text: string): string[] | undefined {
    let extra: string[] = [];
    let replacements = 0;
    const one = text.replace(
      /\$\{(\w+)(?: +\d+)*\}|\$([A-Za-z_]\w*)(?=[\s,)]|$)/g,
      (all: string, braced?: string, bare?: string, at?: number) => {
        const value = this.valueOf(braced ?? bare ?? "");
        const isLast = text.slice((at ?? 0) + all.length).trim() === "";
        if (value === undefined || (value.length > 1 && !isLast)) {
          return all;
        }
        replacements++;
        extra = value.slice(1);
        return value[0] ?? "";
      },
    );
    return replacements > 0 ? [one, ...extra] : undefined;
  }

  private valueOf(name: string): string[] | undefined {
    const here = this.open.at(-1)?.file ?? "";
    const known: Record<string, string | undefined> = {
      _PWD: dirname(here),
      _INSTANCE: this.configId,
      // The smallest of the values that it may have.
      _RANDOM: "0",
      _HASH: "#",
      _BANG: "!",
    };
    const value = known[name];
    return value === undefined ? this.definitions.get(name) : [value];
  }
}
