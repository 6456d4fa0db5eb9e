import { failoverChart } from "../charts/failover";
import { el, type Element } from "../element";
import type { Counted, Failovers, FailoverTry, Spread } from "../numbers";
import { seconds, spreadKeys } from "../words";
import { table } from "./table";

/** Each failover, and all of them. */
export function failoverSection(failovers: Failovers): Element {
  const { client, router, tries } = failovers;
  const what =
    router === undefined
      ? "The cable of the director that has the address is pulled, and is plugged in again once another director has it."
      : `All directors are at work at once, and the router ${router} spreads connections over them. The cable of the director that carries most is pulled, and is plugged in again once the router sends everything to the others.`;
  return el(
    "section",
    {},
    el("h2", {}, "What a director's failure costs"),
    el(
      "p",
      {},
      `${client} makes requests at a steady rate, and downloads go on meanwhile. ${what}`,
    ),
    el("figure", {}, failoverChart(failovers)),
    ...(router === undefined
      ? [movedTable(failovers)]
      : [activeTable(failovers), carriedTable(tries)]),
  );
}

function movedTable({ tries, moved, silence, lost, kept }: Failovers): Element {
  return table(
    "Seconds from the pulled cable until another director had the address, and the longest time without an answer; requests that were lost; downloads under way that came whole; seconds in which both directors had the address after the cable was back.",
    ["try", "pulled", "took over", "#moved", "#silence", "#lost", "#kept", "#both"],
    [
      ...tries.map((one, i) => [
        ...[i + 1, one.from, one.to ?? "nobody", time(one.moved), time(one.silence)],
        ...counts(one),
        one.both === undefined ? "did not end" : time(one.both),
      ]),
      ...spreadKeys.map((key) => [
        ...[key, "", "", time(moved?.[key]), time(silence[key])],
        ...[lost[key], kept[key], ""],
      ]),
    ],
  );
}

function activeTable({ tries, ...all }: Failovers): Element {
  const times = (of: (key: "moved" | "disturbed" | "silence") => number | undefined) =>
    (["moved", "disturbed", "silence"] as const).map((key) => time(of(key)));
  const ofAll = (spread: Spread | undefined, key: keyof Spread) => time(spread?.[key]);
  return table(
    "Seconds from the pulled cable until the router sent everything to the directors that were left; seconds in which requests began that were lost, or took more than half a second; the longest time without any answer; requests that were lost; downloads under way that came whole; seconds from the plugged cable until the router sent to that director again.",
    ["try", "pulled", "left", "#moved", "#disturbed", "#silence", "#lost", "#kept", "#back"],
    [
      ...tries.map((one, i) => [
        ...[i + 1, one.from, one.to ?? "nobody", ...times((key) => one[key])],
        ...[...counts(one), time(one.back)],
      ]),
      ...spreadKeys.map((key) => [
        ...[key, "", "", ...times((which) => all[which]?.[key])],
        ...[all.lost[key], all.kept[key], ofAll(all.back, key)],
      ]),
    ],
  );
}

function carriedTable(tries: FailoverTry[]): Element {
  const words = ({ connections, packets }: Counted) => `${connections} (${packets})`;
  return table(
    "Connections that each director took, and in brackets packets from clients, by its own counters: before the cable was pulled, while it was out, and after it was back. A connection that goes to another director counts there again.",
    ["try", "director", "#before", "#cable out", "#back in"],
    tries.flatMap(({ carried = [] }, i) =>
      carried.map(({ director, before, out, back }) => [
        ...[i + 1, director],
        ...[before, out, back].map(words),
      ]),
    ),
  );
}

function counts({ lost, requests, kept, downloads }: FailoverTry): string[] {
  return [`${lost} of ${requests}`, `${kept} of ${downloads}`];
}

function time(value?: number): string {
  return value === undefined ? "–" : seconds(value);
}
