/** A system, with a cell for each column. */
export interface Row {
  name: string;
  /** Of the programs that matter: "Node.js 20.19.2, npm 9.2.0". */
  versions: string;
  cells: string[];
  /** What was printed on the way, for the log. */
  said: string[];
}

export const skipped = "not run";

export function passed(seconds?: number): string {
  return seconds === undefined ? "✓" : `✓ ${seconds} s`;
}

/** As it stands in docs/systems.md. */
export function markdown(first: string, columns: string[], rows: Row[]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line([first, "versions", ...columns]),
    line([first, "versions", ...columns].map(() => "---")),
    ...rows.map(({ name, versions, cells }) => line([name, versions, ...cells])),
  ].join("\n");
}

export function isGood({ cells }: Row): boolean {
  return cells.every((cell) => cell.startsWith("✓"));
}
