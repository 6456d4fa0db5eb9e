import { namesIn } from "../csv";
import type { Compared, Numbers, Outcome } from "../numbers";
import { total } from "../words";
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
