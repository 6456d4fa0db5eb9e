import type { Numbers } from "../numbers";
import { describedSource } from "../source";
import { findings } from "../words";
import { heading, painter, wrapped } from "./draw";
import { failoverLines } from "./failover";
import { comparisonLines } from "./lab";
import { distributionLines, latencyLines } from "./testbed";

/** The report as text of at most `columns` characters a line, with or without ANSI colours. */
export function terminal(numbers: Numbers, isColoured: boolean): string {
  const paint = painter(isColoured);
  const { source, distribution, latency, comparison, failover } = numbers;
  return [
    ...(distribution ? distributionLines(distribution, source.requests, paint) : []),
    ...(latency ? latencyLines(latency, source.requests, paint) : []),
    ...(comparison ? comparisonLines(comparison, source, paint) : []),
    ...(failover ? failoverLines(failover, paint) : []),
    ...heading("What it shows", paint),
    ...findings(numbers).flatMap((finding) => wrapped(finding, "• ", "  ")),
    "",
    ...describedSource(source).flatMap(([what, is]) =>
      wrapped(is, `${what.padEnd(12)} `, " ".repeat(13)).map((line) => paint("dim", line)),
    ),
    "",
  ].join("\n");
}
