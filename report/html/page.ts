import { readFileSync } from "node:fs";
import { join } from "node:path";
import { csvFiles } from "../csv";
import { el, markup } from "../element";
import type { Numbers } from "../numbers";
import { describedSource } from "../source";
import { counted, findings } from "../words";
import { failoverSection } from "./failover";
import { comparisonSection } from "./lab";
import { distributionSection, latencySection, passedSection } from "./testbed";

const style = readFileSync(join(__dirname, "style.css"), "utf8");

/** The whole report as one HTML file, which loads no other file. */
export function html(numbers: Numbers): string {
  const { source, distribution, latency, comparison, failover } = numbers;
  const ways = counted(latency ?? []);
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
        ways.length > 0 && passedSection(ways),
        comparison && comparisonSection(comparison, source),
        failover && failoverSection(failover),
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

function dateText(date: string): string {
  return `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`;
}
