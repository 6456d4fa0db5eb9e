import type { Distribution, Distributions, Latency } from "../numbers";
import {
  bytes,
  counted,
  type CountedWay,
  medianRatio,
  milliseconds,
  packets,
  ratioWords,
  resultWords,
  share,
  timeKeys,
  wayWords,
  weightsSentence,
} from "../words";
import {
  colourOf,
  columns,
  fillOf,
  heading,
  legend,
  maxBarLength,
  type Paint,
  type Part,
  stacked,
  wrapped,
} from "./draw";

/** The distribution of each scheduler. */
export function distributionLines(
  { schedulers, missing }: Distributions,
  requests: number,
  paint: Paint,
): string[] {
  const names = schedulers[0]?.members.map(({ name }) => name) ?? [];
  const cells = schedulers.map(({ members }) =>
    members.map(({ got, expected }) => `${got}/${share(expected)}`),
  );
  const widths = names.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const verdicts = schedulers.map(resultWords);
  const longest = Math.max(...verdicts.map(({ length }) => length));
  const fixed = 12 + widths.reduce((all, width) => all + width + 2, 0) + longest;
  const room = Math.max(10, Math.min(maxBarLength, columns - fixed));
  return [
    ...heading(`Who got ${requests} connections of each scheduler, of how many expected`, paint),
    `${" ".repeat(10)}${legend(names, paint)}`,
    ...schedulers.map((d, i) =>
      [
        d.isAsExpected ? paint("green", "✓") : paint("red", "✗"),
        ` ${d.scheduler.padEnd(6)}`,
        `  ${stacked(memberParts(d), room, paint)}  `,
        (cells[i] ?? []).map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "),
        `  ${paint("dim", verdicts[i] ?? "")}`,
      ].join(""),
    ),
    "",
    ...wrapped(weightsSentence(schedulers), "", ""),
    ...(missing.length > 0 ? wrapped(`Not in this kernel: ${missing.join(", ")}.`, "", "") : []),
  ];
}

function memberParts({ members }: Distribution): Part[] {
  return members.map(({ got }, i) => ({ count: got, fill: fillOf(i), colour: colourOf(i) }));
}

/** The times of each way, and what of them passed the director. */
export function latencyLines(latency: Latency[], requests: number, paint: Paint): string[] {
  const longest = Math.max(0, ...latency.map(({ times }) => times?.p99 ?? 0));
  const room = 24;
  const header = `${"".padEnd(20)}${"p50 to p90 to p99".padEnd(room + 1)}${timeKeys
    .map((key) => key.padStart(7))
    .join("")}   times direct (medians)`;
  const rows = latency.map((l) => {
    const { times, way, failed } = l;
    const at = (value: number) => Math.round((room * value) / (longest || 1));
    const [p50, p90, p99] = times ? [at(times.p50), at(times.p90), at(times.p99)] : [0, 0, 0];
    const bar =
      paint("cyan", "█".repeat(p50)) +
      paint("cyan", "▒".repeat(p90 - p50)) +
      paint("cyan", "░".repeat(p99 - p90));
    const numbers = timeKeys.map((key) => (times ? milliseconds(times[key]) : "–").padStart(7));
    const compared = way === "direct" ? "1" : medianRatio(l);
    return (
      `${wayWords[way].name.padEnd(20)}${bar}${" ".repeat(room + 1 - p99)}${numbers.join("")}` +
      `   ${compared}${failed > 0 ? paint("red", ` ${failed} failed`) : ""}`
    );
  });
  const beyond = latency
    .filter(({ way }) => way !== "direct")
    .map((l) => `${wayWords[l.way].name}: ${ratioWords(l)}`);
  return [
    ...heading(`How long ${requests} requests by each way took, in milliseconds`, paint),
    paint("dim", header),
    ...rows,
    "",
    ...wrapped(`${beyond.join("; ")}.`, "", ""),
    ...passedLines(counted(latency), paint),
  ];
}

const directions = ["in", "out"] as const;

/** What passed the director: a line for each way and direction, with a bar of its bytes. */
function passedLines(ways: CountedWay[], paint: Paint): string[] {
  if (ways.length === 0) {
    return [];
  }
  const rows = ways.flatMap(({ way, director: { perRequest: one } }) => [
    { name: wayWords[way].name, packets: one.packetsIn, bytes: one.bytesIn },
    { name: "", packets: one.packetsOut, bytes: one.bytesOut },
  ]);
  const most = Math.max(...rows.map((row) => row.bytes), 1);
  return [
    ...heading("What passed the director for each request, by its own counters", paint),
    paint("dim", `${"".padEnd(26 + maxBarLength)}${"packets".padStart(9)}${"bytes".padStart(8)}`),
    ...rows.map((row, i) => {
      const bar = "█".repeat(Math.round((maxBarLength * row.bytes) / most));
      return (
        `${row.name.padEnd(20)}${(directions[i % 2] ?? "").padEnd(5)}${paint("cyan", bar)}` +
        `${" ".repeat(maxBarLength - bar.length)} ${packets(row.packets).padStart(9)}${bytes(row.bytes).padStart(8)}`
      );
    }),
  ];
}
