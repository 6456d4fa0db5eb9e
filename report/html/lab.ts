import { comparisonChart } from "../charts/comparison";
import { failoverChart } from "../charts/failover";
import { namesIn } from "../csv";
import { el, type Element } from "../element";
import type { Compared, Failovers, Numbers, Outcome } from "../numbers";
import { seconds, spreadKeys } from "../words";
import { table } from "./table";

/** The balanced address and the redirected one, in every phase. */
export function comparisonSection(
  compared: Compared,
  { requests, rate }: Numbers["source"],
): Element {
  const { balanced, redirected, phases, client } = compared;
  return el(
    "section",
    {},
    el("h2", {}, "Balanced beside statically redirected, before and after a backend's failure"),
    el(
      "p",
      {},
      `${client} asks both addresses at once, ${requests} requests to each in every phase, ${rate} a second: ${balanced.url}, which IPVS balances (${balanced.scheduler}), and ${redirected.url}, all of which is redirected to ${redirected.member}.`,
    ),
    el("figure", {}, comparisonChart(compared)),
    table(
      "Requests that were answered and that failed, by the backend.",
      ["phase", "balanced: answered", "failed", "redirected: answered", "failed"],
      phases.map((p) => [
        p.phase,
        ...counts(p.balanced, balanced.members),
        ...counts(p.redirected, [redirected.member]),
      ]),
    ),
  );
}

function counts({ answered, failed, errors }: Outcome, members: string[]): string[] {
  const list = (all: Record<string, number>, names: string[]) =>
    names
      .filter((name) => all[name])
      .map((name) => `${name} ${all[name]}`)
      .join(", ") || "none";
  const why = Object.keys(errors).join(", ");
  return [
    list(answered, namesIn(members, answered)),
    `${list(failed, namesIn(members, failed))}${why ? ` (${why})` : ""}`,
  ];
}

/** Each failover, and all of them. */
export function failoverSection(failovers: Failovers): Element {
  const { client, tries, moved, silence, lost, kept } = failovers;
  const time = (value?: number) => (value === undefined ? "–" : seconds(value));
  return el(
    "section",
    {},
    el("h2", {}, "What a director's failure costs"),
    el(
      "p",
      {},
      `${client} makes requests at a steady rate, and downloads go on meanwhile. The cable of the director that has the address is pulled, and is plugged in again once another director has it.`,
    ),
    el("figure", {}, failoverChart(tries)),
    table(
      "Seconds from the pulled cable until another director had the address, and the longest time without an answer; requests that were lost; downloads under way that came whole; seconds in which both directors had the address after the cable was back.",
      ["try", "pulled", "took over", "#moved", "#silence", "#lost", "#kept", "#both"],
      [
        ...tries.map((one, i) => [
          ...[i + 1, one.from, one.to ?? "nobody", time(one.moved), time(one.silence)],
          ...[`${one.lost} of ${one.requests}`, `${one.kept} of ${one.downloads}`],
          one.both === undefined ? "did not end" : time(one.both),
        ]),
        ...spreadKeys.map((key) => [
          ...[key, "", "", time(moved?.[key]), time(silence[key])],
          ...[lost[key], kept[key], ""],
        ]),
      ],
    ),
  );
}
