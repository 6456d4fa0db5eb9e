import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Block {
  language: string;
  lines: string[];
  /** The shape of the lab that the block's chapter begins with; the workshop's without one. */
  shape?: string;
}

/** The blocks of code in a document of docs/, in their order. */
export function blocks(document: string): Block[] {
  const text = readFileSync(join(__dirname, "../../docs", document), "utf8");
  return text.split(/^(?=## )/m).flatMap((chapter) => {
    const [, shape] = /^npm start -- --shape (\w+)$/m.exec(chapter) ?? [];
    return [...chapter.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
      ([, language = "", inside = ""]) => ({
        language,
        lines: inside.trimEnd().split("\n"),
        ...(shape !== undefined && { shape }),
      }),
    );
  });
}

/** Commands that a guide has a reader type, and the lines that it shows below them. */
export interface Typed {
  commands: string;
  shown: string[];
}

/** What the English guide has a reader type in the chapters of one shape; of the workshop without one. */
export function typed(shape?: string): Typed[] {
  const english = blocks("workshop.md").filter((block) => block.shape === shape);
  return english.flatMap(({ language, lines }, i) => {
    const next = english[i + 1];
    const shown = next?.language === "text" ? next.lines : [];
    return language === "sh" ? [{ commands: lines.join("\n"), shown }] : [];
  });
}

/** The lines shown that were not printed in that order. */
export function missing(shown: string[], printed: string): string[] {
  const lines = printed.split("\n");
  let from = 0;
  return shown.filter((line) => {
    const at = lines.findIndex((one, i) => i >= from && matches(line, one));
    from = at < 0 ? from : at + 1;
    return at < 0;
  });
}

/** Whether a line that a guide shows stands for one that was printed: "…" is anything, blanks are alike. */
function matches(shown: string, printed: string): boolean {
  const literal = shown.split("…").map((part) =>
    part
      .trim()
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\s+/g, "\\s+"),
  );
  return new RegExp(literal.join(".*")).test(printed);
}
