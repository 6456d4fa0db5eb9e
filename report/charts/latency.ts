import { el, type Element } from "../element";
import type { Latency } from "../numbers";
import { percentile } from "../statistics";
import { milliseconds, timeKeys, wayWords } from "../words";
import { gridLine, legend, picture, px, axisSteps } from "./axis";

const left = 140;
const width = 720;
const right = 76;
const room = width - left - right;
const row = 34;
const top = 44;

/** A bar for each way, with the times within which half, 90 %, 99 % and all of the requests were answered. */
export function latencyChart(latency: Latency[]): Element {
  const most = Math.max(0, ...latency.map(({ times }) => times?.max ?? 0));
  const marks = axisSteps(most);
  const scale = room / (marks.at(-1) ?? 1);
  const bottom = top + row * latency.length;
  return picture(
    "latency",
    { width, height: bottom + 40 },
    { title: "How long requests took, by each way", description: described(latency) },
    legend(
      [
        { class: "p50", text: "half (p50)" },
        { class: "p90", text: "90 % (p90)" },
        { class: "p99", text: "99 % (p99)" },
        { class: "max", text: "the longest" },
      ],
      left,
      16,
    ),
    [el("text", { class: "label", x: width, y: 16, "text-anchor": "end" }, "median")],
    marks.flatMap((mark) => gridLine(left + mark * scale, top - 8, bottom, String(mark))),
    [el("text", { class: "tick", x: left + room, y: bottom + 32, "text-anchor": "end" }, "ms")],
    latency.flatMap(({ way, times }, i) => {
      const y = top + row * i;
      const name = { class: "name", x: left - 10, y: y + 14, "text-anchor": "end" };
      // The longest come first, so that the shorter ones are drawn in front of them.
      const bars = [...timeKeys].reverse().map((key) => {
        const [height, from] = key === "max" ? [2, 9] : [20, 0];
        const long = px((times?.[key] ?? 0) * scale);
        return el("rect", { class: key, x: left, y: y + from, width: long, height });
      });
      const text = times ? `${milliseconds(times.p50)} ms` : "no answers";
      return [
        el("text", name, wayWords[way].name),
        ...bars,
        el("text", { class: "label", x: width, y: y + 14, "text-anchor": "end" }, text),
      ];
    }),
  );
}

/** Percentiles of the second picture. Each further nine is as wide as the one before. */
const shown = [0, 50, 90, 99, 99.9];

/** The time within which each share of the requests was answered, with room for the slowest. */
export function percentileChart(latency: Latency[]): Element {
  const answered = latency.filter(({ times }) => times);
  const count = Math.min(...answered.map((l) => l.turns.flat().length));
  const last = 100 - 100 / Math.max(count, 2);
  const most = Math.max(0, ...answered.map((l) => percentile(l.turns.flat(), last)));
  const marks = axisSteps(most);
  const [high, low] = [44, 300];
  const across = (percent: number) => left + (room * nines(percent)) / nines(last);
  const down = (time: number) => low - ((low - high) * time) / (marks.at(-1) ?? 1);
  return picture(
    "percentiles",
    { width, height: low + 40 },
    {
      title: "Time by percentile",
      description: `For each way, the time that a share of the requests took at most. ${described(latency)}`,
    },
    keys(answered.map(({ way }) => wayWords[way].name)),
    marks.flatMap((mark) => [
      el("line", {
        class: "grid",
        x1: left,
        x2: left + room,
        y1: px(down(mark)),
        y2: px(down(mark)),
      }),
      el(
        "text",
        { class: "tick", x: left - 8, y: px(down(mark)) + 4, "text-anchor": "end" },
        `${mark} ms`,
      ),
    ]),
    shown
      .filter((percent) => percent <= last)
      .flatMap((percent) => gridLine(across(percent), high, low, `${percent} %`)),
    answered.map((l, i) => {
      const points = percents(last).map((p) => {
        const time = percentile(l.turns.flat(), Math.max(p, 0.1));
        return `${px(across(p))},${px(down(time))}`;
      });
      return el("polyline", { class: `way way${i}`, points: points.join(" ") });
    }),
  );
}

function keys(names: string[]): Element[] {
  let at = 8;
  return names.flatMap((text, i) => {
    const x = at;
    at += 46 + 6.8 * text.length;
    return [
      el("line", { class: `way way${i}`, x1: px(x), x2: px(x + 22), y1: 16, y2: 16 }),
      el("text", { class: "label", x: px(x + 28), y: 20 }, text),
    ];
  });
}

/** The number of nines of a percentile: 90 has one, 99 two. */
function nines(percent: number): number {
  return -Math.log10(1 - percent / 100);
}

/** Percentiles up to the last one, at equal distances in the picture. */
function percents(last: number): number[] {
  const count = 120;
  return Array.from(
    { length: count + 1 },
    (_, i) => 100 * (1 - 10 ** ((-nines(last) * i) / count)),
  );
}

function described(latency: Latency[]): string {
  return latency
    .map(({ way, times }) =>
      times
        ? `${wayWords[way].name}: ${timeKeys.map((key) => `${key} ${milliseconds(times[key])} ms`).join(", ")}.`
        : `${wayWords[way].name}: nothing was answered.`,
    )
    .join(" ");
}
