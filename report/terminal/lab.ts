import { namesIn } from "../csv";
import type { Compared, Failovers, Numbers, Outcome } from "../numbers";
import { seconds, spreadKeys, total } from "../words";
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
  truncated,
  wrapped,
} from "./draw";

const lost = "×";

/** The balanced address and the redirected one, in every phase. */
export function comparisonLines(
  compared: Compared,
  source: Numbers["source"],
  paint: Paint,
): string[] {
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

const room = { name: 14, bar: 28 };
/** The widths of the numbers: moved, silence, lost and kept. */
const widths = [7, 9, 12, 8];

/** Each failover, with a bar of the time without an answer, and then the median and the range. */
export function failoverLines({ client, tries, ...all }: Failovers, paint: Paint): string[] {
  const longest = Math.max(...tries.map(({ silence }) => silence), 0.1);
  const name = (text = "nobody") => truncated(text, room.name).padEnd(room.name);
  const line = (what: string, ...numbers: string[]) =>
    `${what}${numbers.map((text, i) => text.padStart(widths[i] ?? 0)).join("")}`;
  const time = (value?: number) => (value === undefined ? "–" : seconds(value));
  const left = 2 * room.name + room.bar + 6;
  return [
    ...heading(`What a director's failure costs: ${tries.length} failovers`, paint),
    ...wrapped(
      `${client} makes requests and downloads while the cable of the director that has the address is pulled. Moved: seconds until another director had the address. Silence: seconds without an answer. Lost: requests. Kept: downloads that came whole.`,
      "",
      "",
    ),
    paint(
      "dim",
      line(
        `${name("pulled")}  ${name("took over")}  silence`.padEnd(left),
        ...["moved", "silence", "lost", "kept"],
      ),
    ),
    ...tries.map((one) => {
      const bar = "█".repeat(Math.round((room.bar * one.silence) / longest));
      return line(
        `${name(one.from)}  ${name(one.to)}  ${paint("cyan", bar)}${" ".repeat(room.bar - bar.length)}  `,
        ...[time(one.moved), seconds(one.silence)],
        ...[`${one.lost} of ${one.requests}`, `${one.kept} of ${one.downloads}`],
      );
    }),
    ...spreadKeys.map((key) =>
      line(
        key.padEnd(left),
        ...[time(all.moved?.[key]), seconds(all.silence[key])],
        ...[String(all.lost[key]), String(all.kept[key])],
      ),
    ),
  ];
}
