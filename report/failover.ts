import type { Carried, Failovers, FailoverTry, Spread } from "./numbers";
import { percentile } from "./statistics";

/** A failover as it was seen (cli/failover/result.ts). */
export interface SeenFailover extends Omit<FailoverTry, "kept" | "disturbed" | "back" | "carried"> {
  client: string;
  /** Empty when no other director took the address. */
  to: string;
  /** NaN when no other director took the address. */
  moved: number;
  whole: number;
  /** Infinite when it did not end. */
  both?: number;
  /** Only with a router. `back` is NaN when the director got no connections again. */
  active?: { router: string; disturbed: number; back: number; carried: Carried[] };
}

/** The tries with their medians and ranges. There must be one at least. */
export function summarize(seen: SeenFailover[]): Failovers {
  const tries = seen.map(tryOf);
  const router = seen[0]?.active?.router;
  const ofAll = (key: "moved" | "disturbed" | "back") => {
    const values = tries.flatMap((one) => one[key] ?? []);
    return values.length > 0 && { [key]: spread(values) };
  };
  return {
    client: seen[0]?.client ?? "",
    ...(router !== undefined && { router }),
    tries,
    ...ofAll("moved"),
    ...ofAll("disturbed"),
    ...ofAll("back"),
    silence: spread(tries.map(({ silence }) => silence)),
    lost: spread(tries.map(({ lost }) => lost)),
    kept: spread(tries.map(({ kept }) => kept)),
  };
}

/** JSON has neither NaN nor Infinity, so what did not happen is left out. */
function tryOf({
  from,
  to,
  moved,
  silence,
  both,
  whole,
  active,
  ...seen
}: SeenFailover): FailoverTry {
  const { requests, lost, downloads } = seen;
  return {
    from,
    ...(Number.isFinite(moved) && { to, moved: thousandths(moved) }),
    silence: thousandths(silence),
    ...{ requests, lost, downloads, kept: whole },
    ...(both !== undefined && Number.isFinite(both) && { both: thousandths(both) }),
    ...(active && {
      disturbed: thousandths(active.disturbed),
      ...(Number.isFinite(active.back) && { back: thousandths(active.back) }),
      carried: active.carried,
    }),
  };
}

function spread(values: number[]): Spread {
  return { median: percentile(values, 50), least: Math.min(...values), most: Math.max(...values) };
}

function thousandths(value: number): number {
  return Math.round(1000 * value) / 1000;
}
