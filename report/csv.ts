import type { Compared, Distributions, Latency, Numbers, Outcome } from "./numbers";

type Cell = string | number | undefined;

/** Rows in the format of RFC 4180: lines end in CRLF, and a cell is quoted when it needs to be. */
export function csv(header: string[], rows: Cell[][]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: Cell): string {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The CSV files beside the report, by their names, of the parts that were measured. */
export function csvFiles({ distribution, latency, comparison }: Numbers): Record<string, string> {
  return {
    ...(distribution && { "distribution.csv": distributionCsv(distribution) }),
    ...(latency && { "latency.csv": latencyCsv(latency) }),
    ...(comparison && { "comparison.csv": comparisonCsv(comparison) }),
  };
}

function distributionCsv({ schedulers }: Distributions): string {
  return csv(
    ["scheduler", "member", "weight", "expected", "got", "holds", "chance", "as expected"],
    schedulers.flatMap((d) =>
      d.members.map(({ name, weight, expected, got }) => [
        ...[d.scheduler, name, weight, expected, got, d.holds, d.chance],
        d.isAsExpected ? "yes" : "no",
      ]),
    ),
  );
}

function latencyCsv(latency: Latency[]): string {
  return csv(
    [
      ...["way", "requests", "failed", "p50 ms", "p90 ms", "p99 ms", "max ms"],
      ...["p50 ratio", "p90 ratio", "p99 ratio", "max ratio"],
    ],
    latency.map(({ way, requests, failed, times, ratios }) => [
      ...[way, requests, failed, times?.p50, times?.p90, times?.p99, times?.max],
      ...[ratios?.p50, ratios?.p90, ratios?.p99, ratios?.max],
    ]),
  );
}

function comparisonCsv({ balanced, redirected, phases }: Compared): string {
  const rows = (phase: string, service: string, { answered, failed }: Outcome, members: string[]) =>
    namesIn(members, answered, failed).map((member): Cell[] => [
      ...[phase, service, member, answered[member] ?? 0, failed[member] ?? 0],
    ]);
  return csv(
    ["phase", "service", "member", "answered", "failed"],
    phases.flatMap((p) => [
      ...rows(p.phase, "balanced", p.balanced, balanced.members),
      ...rows(p.phase, "redirected", p.redirected, [redirected.member]),
    ]),
  );
}

/** The members' names, then any other names among the counts. */
export function namesIn(members: string[], ...counts: Record<string, number>[]): string[] {
  return [...new Set([...members, ...counts.flatMap((count) => Object.keys(count))])];
}
