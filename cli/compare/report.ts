import { type Outcome, total } from "./load.js";
import type { Phase } from "./phases.js";

/** The phases as a table: answered and failed requests of the two, side by side. */
export function table(phases: Phase[], titles: [string, string]): string {
  const rows = [
    ["", ...titles.flatMap((title) => [title, ""])],
    ["", "answered", "failed", "answered", "failed"],
    ...phases.map(({ phase, balanced, redirected }) => [
      phase,
      ...cells(balanced),
      ...cells(redirected),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => {
    // A title may extend over the column after it.
    const cellsBelow = rows.slice(1).map((row) => row[column]?.length ?? 0);
    return Math.max(...cellsBelow);
  });
  for (const [i, title] of titles.entries()) {
    const at = 1 + 2 * i;
    const room = (widths[at] ?? 0) + 2 + (widths[at + 1] ?? 0);
    widths[at + 1] = (widths[at + 1] ?? 0) + Math.max(0, title.length - room);
  }
  return rows
    .map((row, line) => (line === 0 ? titleLine(titles, widths) : cellLine(row, widths)))
    .join("\n");
}

/** Sentences that explain the phases; they state only what was counted. */
export function explanation(phases: Phase[], backend: string): string {
  const [, stopped, out] = phases;
  const lost = total(stopped?.balanced.failed ?? {});
  const lostAfter = total(out?.balanced.failed ?? {});
  return [
    `IPVS itself does not look whether a backend lives: while ${backend} was stopped and had its weight, ${lost} requests failed`,
    `there, and with weight 0 ${lostAfter === 0 ? "none" : lostAfter}. Somebody has to take it out: a person, or keepalived with its checks.`,
    `The redirection has nobody else to send to, until ${backend} is back.`,
  ].join("\n");
}

function cells({ answered, failed }: Outcome): string[] {
  return [words(answered), words(failed)];
}

function words(counts: Record<string, number>): string {
  const entries = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, n]) => `${name} ${n}`).join(", ") || "none";
}

function cellLine(row: string[], widths: number[]): string {
  return row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join("  ")
    .trimEnd();
}

function titleLine([one, other]: [string, string], widths: number[]): string {
  const [phase = 0, answered = 0, failed = 0] = widths;
  return `${" ".repeat(phase)}  ${one.padEnd(answered + 2 + failed)}  ${other}`.trimEnd();
}
