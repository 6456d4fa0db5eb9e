import { memberChanges, schedulers } from "./connections";
import type { Results, Share } from "./simulation";

/** Tables in Markdown. */
export function markdown({ options, kept, routers }: Results): string {
  const movedHeader = [
    "of all connections, to another director: %",
    "N",
    "one lost",
    "back",
    "away then",
  ];
  const moved = routers.map(({ router, directors, moved: { lost, back, added }, away }) => [
    router,
    `${directors}`,
    ...[lost, back].map(pair),
    percent(away),
    pair(added),
  ]);
  const keptHeader = ["of those, keep their member: %", "members as before", "one removed"];
  const keptRows = schedulers.map((s) => [s, ...memberChanges.map((c) => pair(kept[s][c]))]);
  const columns = schedulers.flatMap((scheduler) =>
    memberChanges
      .filter((change) => scheduler !== "rr" || change === "none")
      .map((change) => ({ scheduler, change })),
  );
  const brokenHeader = ["of all connections, broken when one is lost + when it is back: %", "N"];
  const brokenRows = routers.map(({ router, directors, broken }) => [
    router,
    `${directors}`,
    ...columns.map(({ scheduler, change }) => {
      const { lost, back } = broken[scheduler][change];
      return `${percent(lost)} + ${percent(back)}`;
    }),
  ]);
  const titles = columns.map(({ scheduler, change }) =>
    change === "none" ? scheduler : `${scheduler}, member ${change}`,
  );
  return [
    `${options.connections} connections, ${options.members} members, ${options.buckets} buckets, seed ${options.seed}. Pairs: computed, simulated.\n`,
    ...lines([...movedHeader, "one more"], moved),
    ...lines([...keptHeader, "one added"], keptRows),
    ...lines([...brokenHeader, ...titles], brokenRows),
  ].join("\n");
}

function lines(header: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line), ""];
}

function pair({ computed, simulated }: Share): string {
  return `${percent(computed)}, ${percent(simulated)}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
