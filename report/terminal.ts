import { namesIn } from "./csv";
import type { Compared, Distribution, Distributions, Latency, Numbers, Outcome } from "./numbers";
import { describedSource } from "./source";
import {
  findings,
  medianRatio,
  milliseconds,
  ratioWords,
  share,
  total,
  timeKeys,
  resultWords,
  wayWords,
  weightsSentence,
} from "./words";

/** The longest line, in characters. */
export const columns = 100;

type Colour = "red" | "green" | "cyan" | "yellow" | "magenta" | "bold" | "dim";
type Paint = (colour: Colour, text: string) => string;

const codes: Record<Colour, [on: number, off: number]> = {
  ...{ red: [31, 39], green: [32, 39], yellow: [33, 39], magenta: [35, 39], cyan: [36, 39] },
  ...{ bold: [1, 22], dim: [2, 22] },
};
/** Patterns that tell members apart without colours. */
const fills = ["█", "▒", "░", "▓", "▞", "▚"];
const colours: Colour[] = ["cyan", "yellow", "magenta"];
const lost = "×";
const maxBarLength = 40;

/** The report as text of at most `columns` characters a line, with or without ANSI colours. */
export function terminal(numbers: Numbers, isColoured: boolean): string {
  const paint: Paint = (colour, text) => {
    const [on, off] = codes[colour];
    return isColoured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  };
  const { source, distribution, latency, comparison } = numbers;
  return [
    ...(distribution ? distributionLines(distribution, source.requests, paint) : []),
    ...(latency ? latencyLines(latency, source.requests, paint) : []),
    ...(comparison ? comparisonLines(comparison, source, paint) : []),
    ...heading("What it shows", paint),
    ...findings(numbers).flatMap((finding) => wrapped(finding, "• ", "  ")),
    "",
    ...describedSource(source).flatMap(([what, is]) =>
      wrapped(is, `${what.padEnd(12)} `, " ".repeat(13)).map((line) => paint("dim", line)),
    ),
    "",
  ].join("\n");
}

function heading(text: string, paint: Paint): string[] {
  return ["", paint("bold", text), ""];
}

function distributionLines(
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

function latencyLines(latency: Latency[], requests: number, paint: Paint): string[] {
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
  ];
}

function comparisonLines(compared: Compared, source: Numbers["source"], paint: Paint): string[] {
  const { balanced, redirected, phases, client } = compared;
  const names = namesIn(
    balanced.members,
    ...phases.flatMap((p) => [p.balanced.answered, p.redirected.answered]),
  );
  const line = (what: string, outcome: Outcome) => {
    const parts: Part[] = [
      ...names.map((name, i) => ({
        count: outcome.answered[name] ?? 0,
        ...{ fill: fillOf(i), colour: colourOf(i) },
      })),
      { count: total(outcome.failed), fill: lost, colour: "red" as const },
    ];
    const counts = [
      ...names.filter((n) => outcome.answered[n]).map((n) => `${n} ${outcome.answered[n]}`),
      ...(total(outcome.failed) > 0 ? [`failed ${total(outcome.failed)}`] : []),
    ];
    const text = truncated(counts.join(", "), columns - 14 - maxBarLength - 2);
    return `  ${what.padEnd(10)}  ${stacked(parts, maxBarLength, paint)}  ${text}`;
  };
  return [
    ...heading("Balanced beside statically redirected, before and after a failure", paint),
    ...wrapped(
      `${client} asks ${balanced.url} (${balanced.scheduler}) and ${redirected.url} (all to ${redirected.member}), ${source.requests} requests to each in every phase, ${source.rate} a second.`,
      "",
      "",
    ),
    `${" ".repeat(14)}${legend(names, paint)}  ${paint("red", lost)} failed`,
    ...phases.flatMap((p) => [
      p.phase,
      line("balanced", p.balanced),
      line("redirected", p.redirected),
    ]),
  ];
}

interface Part {
  count: number;
  fill: string;
  colour: Colour;
}

/** A bar of parts that always fills the room. Each part ends at its rounded share. */
function stacked(parts: Part[], room: number, paint: Paint): string {
  const all = parts.reduce((count, part) => count + part.count, 0);
  let [done, text] = [0, ""];
  let at = 0;
  for (const { count, fill, colour } of parts) {
    done += count;
    const end = all === 0 ? 0 : Math.round((room * done) / all);
    text += paint(colour, fill.repeat(end - at));
    at = end;
  }
  return text + " ".repeat(room - at);
}

function legend(names: string[], paint: Paint): string {
  const room = Math.floor((columns - 24) / Math.max(names.length, 1)) - 4;
  return names
    .map((name, i) => `${paint(colourOf(i), fillOf(i))} ${truncated(name, room)}`)
    .join("  ");
}

function fillOf(i: number): string {
  return fills[i % fills.length] ?? "█";
}

function colourOf(i: number): Colour {
  return colours[i % colours.length] ?? "cyan";
}

/** The beginning of a text that fits into the room. */
function truncated(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** A text in lines, the first after `first` and the others after `rest`. */
function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
