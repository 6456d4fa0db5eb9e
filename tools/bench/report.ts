import { execa } from "execa";
import { works, type Figure, type Work } from "./measure.js";

/** The reference that every figure is compared with. */
export const reference = "bare ipvsadm -R over SSH";

const workWords: Record<Work, string> = {
  create: "all of it",
  ahead: "preview of one weight",
  change: "one weight",
  again: "nothing changed",
  destroy: "removed",
};

const sizeOf = ({ services, members }: Figure) =>
  services === 1 ? `1 of ${members}` : `${services} of ${members / services}`;

const unique = <T>(list: T[]) => [...new Set(list)];

/**
 * A table in Markdown for each step: a row for each baseline, a column for each size, in seconds and as a multiple of
 * the reference.
 */
export function markdown(figures: Figure[]): string {
  const sections = works.map((work) =>
    section(
      work,
      figures.filter((f) => f.work === work),
    ),
  );
  return [...sections, memory(figures)].join("\n");
}

/** The largest memory of each baseline, and the table for which it was needed. */
function memory(figures: Figure[]): string {
  return unique(figures.map(({ peer }) => peer))
    .map((peer) => {
      const own = figures.filter((f) => f.peer === peer);
      const most = own.reduce((a, b) => ((b.memory ?? 0) > (a.memory ?? 0) ? b : a));
      return most.memory === undefined
        ? ""
        : `${peer}: ${most.memory} MiB at most (${sizeOf(most)}, ${workWords[most.work]})\n`;
    })
    .join("");
}

function section(work: Work, figures: Figure[]): string {
  const sizes = unique(figures.map(sizeOf));
  const find = (peer: string, size: string) =>
    figures.find((f) => f.peer === peer && sizeOf(f) === size)?.seconds;
  const cell = (peer: string, size: string) => {
    const [seconds, referenceSeconds] = [find(peer, size), find(reference, size)];
    const ratio =
      seconds && referenceSeconds ? ` (${(seconds / referenceSeconds).toFixed(1)})` : "";
    return seconds === undefined ? "" : `${seconds.toFixed(1)}${ratio}`;
  };
  const rows = unique(figures.map(({ peer }) => peer)).map((peer) => [
    peer,
    ...sizes.map((size) => cell(peer, size)),
  ]);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const header = [`${workWords[work]}: services of members`, ...sizes];
  return [line(header), line(header.map(() => "---")), ...rows.map(line), ""].join("\n");
}

/** A plot of the total time against the number of members, as SVG. Needs gnuplot. */
export async function plot(figures: Figure[], file: string): Promise<void> {
  const made = figures.filter(({ work }) => work === "create");
  const peers = unique(made.map(({ peer }) => peer));
  const blocks = peers.map((peer) =>
    made
      .filter((figure) => figure.peer === peer && figure.services === 1)
      .map(({ members, seconds }) => `${members} ${seconds}`)
      .join("\n"),
  );
  const curves = peers.map(
    (peer, i) => `$data index ${i} with linespoints linewidth 2 title '${peer}'`,
  );
  const script = [
    ...["set terminal svg size 900,560 background 'white'", `set output '${file}'`],
    ...["set logscale xy", "set key outside bottom center maxcols 2", "set grid"],
    ...["set xlabel 'members of one service'", "set ylabel 'seconds'"],
    ...["$data << END", blocks.join("\n\n\n"), "END", `plot ${curves.join(", ")}`],
  ];
  await execa("gnuplot", { input: `${script.join("\n")}\n` });
}
