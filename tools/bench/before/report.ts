import { execa } from "execa";
import { median } from "../median.js";
import type { Comparison } from "./measure.js";

function range(values: number[]): string {
  const text = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  return `${text(median(values))} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

const ratio = ({ before, now }: Comparison) => median(now) / median(before);

/** A table in Markdown: the median of each figure and its range, the ratio and the aim. */
export function markdown(all: Comparison[]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["median (from … to), seconds", "before", "now", "ratio", "the aim"]),
    line(["---", "---", "---", "---", "---"]),
    ...all.map((one) =>
      line([one.name, range(one.before), range(one.now), ratio(one).toFixed(2), String(one.aim)]),
    ),
  ].join("\n");
}

/** A plot of the ratios beside their aims, as SVG. Needs gnuplot. */
export async function plot(all: Comparison[], file: string): Promise<void> {
  const rows = all.map((one, i) => {
    const label = one.name.replaceAll("`", "");
    return `${all.length - i} ${ratio(one).toFixed(3)} ${one.aim} "${label}"`;
  });
  const script = [
    ...["set terminal svg size 900,420 background 'white'", `set output '${file}'`],
    ...["set yrange [0.4:*]", "set xrange [0:*]", "set grid x", "set key outside bottom center"],
    "set xlabel 'times the build before'",
    ...["set boxwidth 0.6", "set style fill solid 0.6"],
    ...["$data << END", ...rows, "END"],
    "plot $data using (0):1:(0):2:($1-0.3):($1+0.3):ytic(4) with boxxyerror title 'now' linecolor '#3465a4', \\",
    "  $data using 3:1 with points pointtype 9 pointsize 1.2 linecolor '#cc0000' title 'the aim'",
  ];
  await execa("gnuplot", { input: `${script.join("\n")}\n` });
}
