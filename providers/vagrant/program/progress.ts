import { stripVTControlCharacters } from "node:util";
import { isNoise } from "./reason";
import type { Line } from "./vagrant";

/** The display of a resource's progress. */
export interface Progress {
  /** Shows a line beside the resource until the next one comes. */
  status(text: string): void;
  /** Shows a line that stays in the resource's diagnostics. */
  info(text: string): void;
  /** The same, as a warning. */
  warn(text: string): void;
}

/** Shows one line of Vagrant's output: warnings stay, other lines pass. */
export function showLine(line: Line, progress: Progress): void {
  const [level = "", text = ""] = line.data;
  if (line.type !== "ui") {
    return;
  }
  const clean = readable(text);
  if (level === "warn") {
    progress.warn(clean);
  } else if (level === "success" && clean !== "") {
    progress.info(clean);
  } else {
    const last = clean
      .split("\n")
      .filter((text) => !isNoise(text))
      .at(-1)
      ?.trim();
    if (last) {
      progress.status(last);
    }
  }
}

/** The last lines that Vagrant printed about a machine: the provisioners' output before they failed. */
export function tail(lines: readonly Line[], name: string, count: number): string {
  return lines
    .filter((line) => line.type === "ui" && line.target === name)
    .flatMap((line) => readable(line.data[1] ?? "").split("\n"))
    .filter((text) => text.trim() !== "" && !isNoise(text))
    .slice(-count)
    .join("\n");
}

/** Without terminal codes and without Vagrant's "==> machine1: " in front: Pulumi names the resource. */
function readable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll("\r", "\n")
    .replace(/^(?:==>| {3}) [^\s:]+: /gm, "")
    .trimEnd();
}
