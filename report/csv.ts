import type { Compared, Distributions, Failovers, Latency, Numbers, Outcome } from "./numbers";
import { counted, type CountedWay, spreadKeys } from "./words";

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
export function csvFiles(numbers: Numbers): Record<string, string> {
  const { distribution, latency, comparison, failover } = numbers;
  const ways = counted(latency ?? []);
  return {
    ...(distribution && { "distribution.csv": distributionCsv(distribution) }),
    ...(latency && { "latency.csv": latencyCsv(latency) }),
    ...(ways.length > 0 && { "director.csv": directorCsv(ways) }),
    ...(comparison && { "comparison.csv": comparisonCsv(comparison) }),
    ...(failover && { "failover.csv": failoverCsv(failover) }),
    ...(failover?.router !== undefined && { "carried.csv": carriedCsv(failover) }),
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

function directorCsv(ways: CountedWay[]): string {
  const counters = ["packets in", "packets out", "bytes in", "bytes out"];
  return csv(
    ["way", "connections", ...counters, ...counters.map((name) => `${name} per request`)],
    ways.map(({ way, director: { total, perRequest } }) => [
      ...[way, total.connections],
      ...[total, perRequest].flatMap((c) => [c.packetsIn, c.packetsOut, c.bytesIn, c.bytesOut]),
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

/** A row for each try, then the median and the range of all. */
function failoverCsv({ tries, router, moved, silence, lost, kept, ...all }: Failovers): string {
  const isActive = router !== undefined;
  const rows = tries.map((one, i): Cell[] => [
    ...[i + 1, one.from, one.to, one.moved, one.silence, one.requests, one.lost],
    ...[one.downloads, one.kept],
    ...(isActive ? [one.disturbed, one.back] : [one.both]),
  ]);
  const ofAll = spreadKeys.map((what): Cell[] => [
    ...[what, undefined, undefined, moved?.[what], silence[what], undefined, lost[what]],
    ...[undefined, kept[what]],
    ...(isActive ? [all.disturbed?.[what], all.back?.[what]] : [undefined]),
  ]);
  return csv(
    [
      ...["try", "from", "to", "moved s", "silence s", "requests", "lost"],
      ...["downloads", "kept", ...(isActive ? ["disturbed s", "back s"] : ["both s"])],
    ],
    [...rows, ...ofAll],
  );
}

/** A row for each try, director and part of the failover. */
function carriedCsv({ tries }: Failovers): string {
  return csv(
    ["try", "director", "part", "connections", "packets"],
    tries.flatMap(({ carried = [] }, i) =>
      carried.flatMap(({ director, ...parts }) =>
        (["before", "out", "back"] as const).map((part): Cell[] => [
          ...[i + 1, director, part, parts[part].connections, parts[part].packets],
        ]),
      ),
    ),
  );
}

/** The members' names, then any other names among the counts. */
export function namesIn(members: string[], ...counts: Record<string, number>[]): string[] {
  return [...new Set([...members, ...counts.flatMap((count) => Object.keys(count))])];
}
