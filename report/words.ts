import type { Distribution, Latency, Numbers, Times, Way } from "./numbers";

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

/** "12.3": three significant digits. */
export function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** "1.04": a ratio of times. */
export function ratio(value: number): string {
  return value.toFixed(2);
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

/** A sentence about each part of a run. It states only what was measured. */
export function findings({ distribution, latency, comparison }: Numbers): string[] {
  const said: string[] = [];
  if (distribution) {
    const { schedulers } = distribution;
    const unexpected = schedulers
      .filter(({ isAsExpected }) => !isAsExpected)
      .map(({ scheduler }) => scheduler);
    said.push(
      unexpected.length === 0
        ? `All ${schedulers.length} schedulers distributed connections as expected.`
        : `${unexpected.join(", ")} did not distribute connections as expected, of ${schedulers.length} schedulers.`,
    );
  }
  const through = latency?.filter(({ way }) => way !== "direct") ?? [];
  if (through.length > 0) {
    const all = through.map((l) => `${wayWords[l.way].name} ${medianRatio(l)}`).join(", ");
    said.push(
      `Median time of a request, times that of a direct one, with 95 % confidence: ${all}.`,
    );
  }
  const stopped = comparison?.phases[1];
  if (comparison && stopped) {
    const lost = (o: typeof stopped.balanced) => total(o.failed);
    const all = (o: typeof stopped.balanced) => total(o.failed) + total(o.answered);
    const { balanced, redirected } = stopped;
    said.push(
      `While ${comparison.redirected.member} was stopped, ${lost(balanced)} of ${all(balanced)} requests to the balanced address failed, ` +
        `and ${lost(redirected)} of ${all(redirected)} to the redirected one.`,
    );
  }
  return said;
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
