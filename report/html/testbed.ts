import { distributionChart } from "../charts/distribution";
import { latencyChart, percentileChart } from "../charts/latency";
import { passedChart } from "../charts/passed";
import { el, type Element } from "../element";
import type { Distribution, Distributions, Latency } from "../numbers";
import {
  bytes,
  type CountedWay,
  medianRatio,
  milliseconds,
  packets,
  ratio,
  ratioWords,
  resultWords,
  share,
  timeKeys,
  wayWords,
  weightsSentence,
} from "../words";
import { table } from "./table";

/** The distribution of each scheduler. */
export function distributionSection(
  { schedulers, missing }: Distributions,
  requests: number,
): Element {
  const names = schedulers[0]?.members.map(({ name }) => name) ?? [];
  return el(
    "section",
    {},
    el("h2", {}, "What is expected of each scheduler, and who got the connections"),
    el(
      "p",
      {},
      `${requests} connections for each scheduler, one after the other, each from a client of its own. Those that look at open connections had all of them held open; those that look at the destination had as many destinations. ${weightsSentence(schedulers)}`,
    ),
    el("figure", {}, distributionChart(schedulers)),
    table(
      "Connections, and in brackets the expected number. “Exactly” means that every share is as expected. “On average” means that chance alone explains the difference: p is how likely chance is to be as far off, and a p below 0.001 counts as unexpected. “Stayed” are clients or destinations that came again.",
      ["scheduler", "expected distribution", ...names.map((name) => `#${name}`), "how it held", ""],
      schedulers.map((d) => [
        d.scheduler,
        d.expectation,
        ...d.members.map((m) => `${m.got} (${share(m.expected)})`),
        resultWords(d),
        verdict(d),
      ]),
    ),
    missing.length > 0 && el("p", { class: "soft" }, `Not in this kernel: ${missing.join(", ")}.`),
  );
}

function verdict({ isAsExpected }: Distribution): Element {
  return el(
    "span",
    { class: isAsExpected ? "good" : "bad" },
    isAsExpected ? "as expected" : "unexpected",
  );
}

/** The times of each way. */
export function latencySection(latency: Latency[], requests: number): Element {
  return el(
    "section",
    {},
    el("h2", {}, "What a forwarding method costs"),
    el(
      "p",
      {},
      `${requests} requests by each way from one client to the web server of one member, one after the other, each over a connection of its own. The ways took turns, so what slowed the machine down slowed all of them. A direct request takes the same road through the director, which only routes it.`,
    ),
    el("figure", {}, latencyChart(latency)),
    latency.some(({ times }) => times) && el("figure", {}, percentileChart(latency)),
    table(
      "Milliseconds, nearest-rank percentiles; in brackets, times the direct request. The last but one column is the ratio of the medians and between what it lies with 95 % confidence (a bootstrap of the turns).",
      ["way", "", ...timeKeys.map((key) => `#${key}`), "#failed", "#medians", ""],
      latency.map((l) => [
        wayWords[l.way].name,
        wayWords[l.way].words,
        ...timeKeys.map((key) => time(l, key)),
        l.failed,
        l.way === "direct" ? "1" : medianRatio(l),
        l.way === "direct" ? "" : ratioWords(l),
      ]),
    ),
  );
}

function time({ times, ratios }: Latency, key: (typeof timeKeys)[number]): string {
  return times ? `${milliseconds(times[key])}${ratios ? ` (${ratio(ratios[key])})` : ""}` : "–";
}

/** What passed the director by each forwarding method. */
export function passedSection(ways: CountedWay[]): Element {
  return el(
    "section",
    {},
    el("h2", {}, "What passes the director"),
    el(
      "p",
      {},
      "The same requests, by the kernel's own counters of each service (ipvsadm -Ln --stats --exact), divided by the connections that it counted. Some of them warmed up alone, and are not in the times above. Bytes are those of IP packets with their headers.",
    ),
    el("figure", {}, passedChart(ways)),
    table(
      "For one request: “in” came from the client, “out” are answers that passed the director.",
      ["way", "#packets in", "#packets out", "#bytes in", "#bytes out", "#connections counted"],
      ways.map(({ way, director: { total, perRequest: one } }) => [
        wayWords[way].name,
        ...[packets(one.packetsIn), packets(one.packetsOut)],
        ...[bytes(one.bytesIn), bytes(one.bytesOut), total.connections],
      ]),
    ),
  );
}
