import type {
  Compared,
  Distribution,
  Failovers,
  FailoverTry,
  Latency,
  Numbers,
  Outcome,
  PassedDirector,
  Spread,
  Times,
  Way,
} from "./numbers";

/** The name of each way, and a sentence about it. */
export const wayWords: Record<Way, { name: string; words: string }> = {
  direct: { name: "direct", words: "to the member's own address, without IPVS" },
  masquerade: {
    name: "masquerade (-m)",
    words: "IPVS changes the address, answers come back through it",
  },
  gate: { name: "direct routing (-g)", words: "IPVS changes nothing, answers go past it" },
  ipip: { name: "tunnel (-i)", words: "IPVS packs IP in IP, answers go past it" },
  redirect: { name: "static redirection", words: "nftables' destination NAT, without IPVS" },
};

export const timeKeys = ["p50", "p90", "p99", "max"] as const satisfies (keyof Times)[];

export const spreadKeys = ["median", "least", "most"] as const satisfies (keyof Spread)[];

/** "12.3": three significant digits. */
export function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** "1.04": a ratio of times. */
export function ratio(value: number): string {
  return value.toFixed(2);
}

/** "5" or "5.25": packets of a request. */
export function packets(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/** "331": bytes of a request. */
export function bytes(value: number): string {
  return value.toFixed(0);
}

/** "1.4": seconds of a failover. */
export function seconds(value: number): string {
  return value.toFixed(1);
}

/** "1.4 (1.2 to 1.9)": the median and the range, or the one value if all are equal. */
export function spreadWords({ median, least, most }: Spread, format: (value: number) => string) {
  const [low, high] = [format(least), format(most)];
  return low === high ? low : `${format(median)} (${low} to ${high})`;
}

/** An expected share: an integer, or rounded to a tenth. */
export function share(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** The result for a scheduler, such as "exactly; 60 of 60 stayed". */
export function resultWords({ holds, chance, stayed }: Distribution): string {
  const p = chance !== undefined && (chance < 0.001 ? "p < 0.001" : `p = ${chance.toFixed(3)}`);
  const average = p ? ` (${p})` : "";
  return `${holds}${average}${stayed ? `; ${stayed.same} of ${stayed.of} stayed` : ""}`;
}

/** "1.04 (0.97 to 1.10)": the ratio of the medians and its confidence interval. */
export function medianRatio({ ratios, medianRatio: m }: Latency): string {
  return ratios && m ? `${ratio(ratios.p50)} (${ratio(m.from)} to ${ratio(m.to)})` : "–";
}

/** A ratio of medians in words: "slower" or "faster" when chance does not explain the difference. */
export function ratioWords({ medianRatio: m }: Latency): string {
  if (!m) {
    return "nothing was answered";
  }
  return m.from > 1 ? "slower" : m.to < 1 ? "faster" : "no difference beyond chance";
}

/** A sentence or two about each part of a run. They state only what was measured. */
export function findings({ distribution, latency, comparison, failover }: Numbers): string[] {
  return [
    ...(distribution ? [distributionFinding(distribution.schedulers)] : []),
    ...(latency ? [...latencyFindings(latency), ...passedFindings(counted(latency))] : []),
    ...(comparison ? comparisonFindings(comparison) : []),
    ...(failover ? failoverFindings(failover) : []),
  ];
}

function distributionFinding(schedulers: Distribution[]): string {
  const unexpected = schedulers
    .filter(({ isAsExpected }) => !isAsExpected)
    .map(({ scheduler }) => scheduler);
  return unexpected.length === 0
    ? `All ${schedulers.length} schedulers distributed connections as expected.`
    : `${unexpected.join(", ")} did not distribute connections as expected, of ${schedulers.length} schedulers.`;
}

function latencyFindings(latency: Latency[]): string[] {
  const through = latency.filter(({ way }) => way !== "direct");
  const all = through.map((l) => `${wayWords[l.way].name} ${medianRatio(l)}`).join(", ");
  return through.length === 0
    ? []
    : [`Median time of a request, times that of a direct one, with 95 % confidence: ${all}.`];
}

/** A way whose service the kernel counted. */
export type CountedWay = Latency & { director: PassedDirector };

export function counted(latency: Latency[]): CountedWay[] {
  return latency.filter((l): l is CountedWay => l.director !== undefined);
}

function passedFindings(all: CountedWay[]): string[] {
  if (all.length === 0) {
    return [];
  }
  const each = all.map(({ way, director }) => `${wayWords[way].name} ${passedWords(director)}`);
  const past = all.filter(({ director }) => director.total.packetsOut === 0);
  const names = past.map(({ way }) => wayWords[way].name).join(" and ");
  return [
    `Through the director went, for each request: ${each.join("; ")}.`,
    ...(past.length > 0
      ? [
          `With ${names} no answer went through the director: members answered the client themselves.`,
        ]
      : []),
  ];
}

/** "5 packets in and 4.25 out (331 and 479 bytes)". */
function passedWords({ perRequest }: PassedDirector): string {
  const { packetsIn, packetsOut, bytesIn, bytesOut } = perRequest;
  return packetsOut === 0
    ? `${packets(packetsIn)} packets in (${bytes(bytesIn)} bytes) and nothing out`
    : `${packets(packetsIn)} packets in and ${packets(packetsOut)} out (${bytes(bytesIn)} and ${bytes(bytesOut)} bytes)`;
}

function comparisonFindings({ phases, redirected }: Compared): string[] {
  const stopped = phases[1];
  if (!stopped) {
    return [];
  }
  const lost = ({ failed }: Outcome) => total(failed);
  const all = ({ failed, answered }: Outcome) => total(failed) + total(answered);
  return [
    `While ${redirected.member} was stopped, ${lost(stopped.balanced)} of ${all(stopped.balanced)} requests to the balanced address failed, ` +
      `and ${lost(stopped.redirected)} of ${all(stopped.redirected)} to the redirected one.`,
  ];
}

function failoverFindings({ tries, router, moved, silence, disturbed }: Failovers): string[] {
  const sum = (key: "requests" | "lost" | "downloads" | "kept") =>
    tries.reduce((all, one) => all + one[key], 0);
  const taken = tries.filter(({ to }) => to !== undefined).length;
  const kept = `${sum("kept")} of ${sum("downloads")} downloads that were under way came whole.`;
  if (router !== undefined) {
    return [
      `In ${taken} of ${tries.length} failovers the router sent everything to the other directors${moved ? `, ${spreadWords(moved, seconds)} s after the cable was pulled` : ""}. ` +
        (disturbed && disturbed.most > 0
          ? `Requests that began within ${spreadWords(disturbed, seconds)} s were lost or took more than half a second: ${sum("lost")} of ${sum("requests")} were lost.`
          : "Until it was back no request was lost or took more than half a second."),
      kept,
      carriedFinding(tries),
    ];
  }
  return [
    `In ${taken} of ${tries.length} failovers another director took the address${moved ? `, ${spreadWords(moved, seconds)} s after the cable was pulled` : ""}. ` +
      `No request was answered for ${spreadWords(silence, seconds)} s, and ${sum("lost")} of ${sum("requests")} were lost.`,
    kept,
  ];
}

/** The shares of the director whose cable was pulled, before and after. */
function carriedFinding(tries: FailoverTry[]): string {
  const share = (part: "before" | "out" | "back") => {
    const all = tries.flatMap(({ from, carried = [] }) =>
      carried.map(({ director, ...parts }) => ({
        isPulled: director === from,
        n: parts[part].connections,
      })),
    );
    const sum = (some: typeof all) => some.reduce((n, one) => n + one.n, 0);
    return `${sum(all.filter(({ isPulled }) => isPulled))} of ${sum(all)}`;
  };
  return `The director whose cable was pulled took ${share("before")} connections before, ${share("out")} while it was out, and ${share("back")} after it was back.`;
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

/** "Members have the weights 3, 2, 1; for ovf 60, 40, 20." */
export function weightsSentence(schedulers: Distribution[]): string {
  const weights = ({ members }: Distribution) => members.map(({ weight }) => weight).join(", ");
  const usual = schedulers[0] ? weights(schedulers[0]) : "";
  const others = schedulers
    .filter((d) => weights(d) !== usual)
    .map((d) => `; for ${d.scheduler} ${weights(d)}`);
  return `Members have the weights ${usual}${others.join("")}.`;
}
