import { comparisonChart } from "../charts/comparison";
import { namesIn } from "../csv";
import { el, type Element } from "../element";
import type { Compared, Numbers, Outcome } from "../numbers";
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
