import type { Origin } from "../../model/origin.js";

/** A line without comments; of several parts, if lines end with a backslash. */
export interface LogicalLine {
  parts: string[];
  /** Its first letter. */
  origin: Origin;
}

/** The lines of a file that have more than comments. */
export function logicalLines(file: string, text: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  let isContinued = false;
  text.split("\n").forEach((raw, i) => {
    const line = withoutComment(raw.replace(/\r$/, ""));
    const content = line.replace(/\\\s*$/, "");
    const last = found.at(-1);
    if (isContinued && last) {
      last.parts.push(content);
    } else if (line.trim() !== "") {
      const column = line.length - line.trimStart().length + 1;
      found.push({ parts: [content], origin: { file, line: i + 1, column } });
    }
    isContinued = content !== line;
  });
  return found;
}

/** A comment begins with "#" or "!" anywhere, but not within quotes. */
function withoutComment(line: string): string {
  if (!/[#!]/.test(line)) {
    return line;
  }
  const [text = ""] =
    /^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^#!"'\\]|["'\\])*/.exec(line) ?? [];
  return text;
}
