import { el, type Element } from "../element";
import type { FailoverTry } from "../numbers";
import { seconds } from "../words";
import { axisSteps, gridLine, legend, picture, px } from "./axis";

const left = 76;
const width = 720;
const right = 150;
const room = width - left - right;
const bar = 18;
const row = 50;
const top = 44;

/** Two bars for each failover: the time until the address moved, and the time without an answer. */
export function failoverChart(tries: FailoverTry[]): Element {
  const most = Math.max(...tries.flatMap(({ moved, silence }) => [moved ?? 0, silence]));
  const marks = axisSteps(most);
  const scale = room / (marks.at(-1) ?? 1);
  const bottom = top + row * tries.length;
  return picture(
    "failover",
    { width, height: bottom + 40 },
    {
      title: "How long each failover took",
      description: tries.map(described).join(" "),
    },
    legend(
      [
        { class: "moved", text: "until another director had the address" },
        { class: "silence", text: "without an answer" },
      ],
      left,
      16,
    ),
    marks.flatMap((mark) => gridLine(left + mark * scale, top - 8, bottom, String(mark))),
    [el("text", { class: "tick", x: left + room, y: bottom + 32, "text-anchor": "end" }, "s")],
    tries.flatMap((one, i) => {
      const y = top + row * i;
      const lost = `${seconds(one.silence)} s, ${one.lost} lost`;
      return [
        el(
          "text",
          { class: "name", x: left - 10, y: y + 24, "text-anchor": "end" },
          `try ${i + 1}`,
        ),
        ...line("moved", one.moved, movedWords(one), y, scale),
        ...line("silence", one.silence, lost, y + bar + 2, scale),
      ];
    }),
  );
}

function line(
  kind: string,
  time: number | undefined,
  text: string,
  y: number,
  scale: number,
): Element[] {
  const long = (time ?? 0) * scale;
  return [
    ...(long > 0 ? [el("rect", { class: kind, x: left, y, width: px(long), height: bar })] : []),
    el("text", { class: "label", x: px(left + long + 8), y: y + 13 }, text),
  ];
}

function movedWords({ moved }: FailoverTry): string {
  return moved === undefined ? "nobody took it" : `${seconds(moved)} s`;
}

function described(one: FailoverTry, i: number): string {
  const { from, to, silence, lost, requests, kept, downloads } = one;
  const took = to === undefined ? "nobody took over" : `${to} took over after ${movedWords(one)}`;
  return `Try ${i + 1}: ${from}'s cable was pulled, ${took}; silence ${seconds(silence)} s, ${lost} of ${requests} requests lost, ${kept} of ${downloads} downloads kept.`;
}
