import { readFileSync } from "node:fs";
import { join } from "node:path";
import { comparisonChart } from "./charts/comparison";
import { distributionChart } from "./charts/distribution";
import { latencyChart, percentileChart } from "./charts/latency";
import { csvFiles, namesIn } from "./csv";
import { type Child, el, type Element, markup } from "./element";
import type { Compared, Distribution, Distributions, Latency, Numbers, Outcome } from "./numbers";
import { describedSource } from "./source";
import {
  findings,
  medianRatio,
  milliseconds,
  ratio,
  ratioWords,
  share,
  timeKeys,
  resultWords,
  wayWords,
  weightsSentence,
} from "./words";

const style = readFileSync(join(__dirname, "style.css"), "utf8");

/** The whole report as one HTML file, which loads no other file. */
export function html(numbers: Numbers): string {
  const { source, distribution, latency, comparison } = numbers;
  const title = `IPVS on ${source.machine.name}, measured`;
  const page = el(
    "html",
    { lang: "en" },
    el(
      "head",
      {},
      el("meta", { charset: "utf-8" }),
      el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      el("title", {}, title),
      el("style", {}, style),
    ),
    el(
      "body",
      {},
      el(
        "main",
        {},
        el("h1", {}, title),
        el("p", { class: "soft" }, `${dateText(source.date)}, Linux ${source.kernel}`),
        el(
          "ul",
          { class: "findings" },
          findings(numbers).map((finding) => el("li", {}, finding)),
        ),
        distribution && distributionSection(distribution, source.requests),
        latency && latencySection(latency, source.requests),
        comparison && comparisonSection(comparison, source),
        el(
          "section",
          {},
          el("h2", {}, "What made this"),
          el(
            "dl",
            {},
            describedSource(source).map(([what, is]) => [el("dt", {}, what), el("dd", {}, is)]),
          ),
          el(
            "p",
            { class: "soft" },
            `The numbers are beside this file: ${["numbers.json", ...Object.keys(csvFiles(numbers))].join(", ")}.`,
          ),
        ),
      ),
    ),
  );
  return `<!doctype html>\n${markup(page)}\n`;
}

function distributionSection({ schedulers, missing }: Distributions, requests: number): Element {
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

function latencySection(latency: Latency[], requests: number): Element {
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

function comparisonSection(compared: Compared, { requests, rate }: Numbers["source"]): Element {
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

/** A table. The first cell of each row is its heading. A column whose heading begins with # has numbers. */
function table(caption: string, header: string[], rows: Child[][]): Element {
  const style = (i: number) => (header[i]?.startsWith("#") ? { class: "number" } : {});
  const head = header.map((text, i) =>
    el("th", { scope: "col", ...style(i) }, text.replace("#", "")),
  );
  const body = rows.map((row) =>
    el(
      "tr",
      {},
      row.map((cell, i) => (i === 0 ? el("th", { scope: "row" }, cell) : el("td", style(i), cell))),
    ),
  );
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head)),
      el("tbody", {}, body),
    ),
  );
}

function dateText(date: string): string {
  return `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`;
}
