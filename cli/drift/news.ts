import { glyphs } from "../../setup/display/glyphs.mjs";
import type { Checked } from "./check.js";
import type { Finding, Outcome } from "./findings.js";

/** What differs from the time before; as `--json` prints it and `--exec` gets it. */
export interface News {
  time: string;
  stack: string;
  outcome: Outcome;
  /** True if up has repaired what had drifted. */
  repaired: boolean;
  /** Findings that were not there the last time. */
  new: Finding[];
  /** Findings of the last time that are not there any more. */
  gone: Finding[];
}

/** Compares each check of a stack with the one before. */
export class Comparison {
  private last: Checked | undefined;

  constructor(private readonly stack: string) {}

  /** What is new; undefined if nothing is. The first check is always news. */
  newsOf(checked: Checked): News | undefined {
    const { last } = this;
    // What was repaired is not there the next time, and that is no news.
    this.last = checked.isRepaired
      ? { ...checked, findings: checked.findings.filter(({ what }) => what !== "drift") }
      : checked;
    const [before, now] = [last?.findings ?? [], checked.findings];
    const [added, gone] = [missingFrom(before, now), missingFrom(now, before)];
    const isSame = added.length === 0 && gone.length === 0 && last?.outcome === checked.outcome;
    return isSame
      ? undefined
      : {
          time: new Date().toISOString(),
          stack: this.stack,
          outcome: checked.outcome,
          repaired: checked.isRepaired,
          new: added,
          gone,
        };
  }
}

/** The findings of `all` that are not in `known`. */
function missingFrom(known: Finding[], all: Finding[]): Finding[] {
  const keys = new Set(known.map((one) => JSON.stringify(one)));
  return all.filter((one) => !keys.has(JSON.stringify(one)));
}

const signs = { "as declared": glyphs.done, differs: "!", failed: glyphs.failed };

/** News as lines for people: "+" is new, "-" is gone. */
export function linesOf(news: News): string[] {
  const { time, stack, outcome, repaired } = news;
  const said = {
    "as declared": repaired ? "had drifted and is repaired" : "is as declared",
    differs: "differs from what is declared",
    failed: "could not be checked",
  }[outcome];
  const shown = (sign: string, { what, resource, text }: Finding) =>
    `    ${sign} ${what}: ${resource === undefined ? "" : `${resource.split(" ").at(-1)}: `}${text}`;
  return [
    `${signs[outcome]} ${time.replace(/\..*/, "Z")} stack ${stack} ${said}`,
    ...news.new.map((one) => shown("+", one)),
    ...news.gone.map((one) => shown("-", one)),
  ];
}
