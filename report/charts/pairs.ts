import { el, type Element } from "../element";
import { axisSteps, gridLine, legend, picture, px } from "./axis";

/** One of the two bars of a row. */
export interface Bar {
  value: number;
  /** What stands behind the bar. */
  text: string;
}

/** A chart with two bars in each row, such as those of requests and answers. */
export interface PairsChart {
  name: string;
  title: string;
  description: string;
  unit: string;
  /** The class of the first and of the second bar, each with what it is, for the legend. */
  kinds: [Kind, Kind];
  rows: { name: string; bars: [Bar, Bar] }[];
  /** The room for the rows' names. */
  left: number;
}

interface Kind {
  class: string;
  text: string;
}

const width = 720;
const right = 150;
const bar = 18;
const row = 50;
const top = 44;

export function pairsChart({ name, title, description, unit, kinds, rows, left }: PairsChart) {
  const room = width - left - right;
  const marks = axisSteps(Math.max(...rows.flatMap(({ bars }) => bars.map(({ value }) => value))));
  const scale = room / (marks.at(-1) ?? 1);
  const bottom = top + row * rows.length;
  const line = ({ value, text }: Bar, kind: Kind, y: number): Element[] => [
    ...(value > 0
      ? [el("rect", { class: kind.class, x: left, y, width: px(value * scale), height: bar })]
      : []),
    el("text", { class: "label", x: px(left + value * scale + 8), y: y + 13 }, text),
  ];
  return picture(
    name,
    { width, height: bottom + 40 },
    { title, description },
    legend(kinds, left, 16),
    marks.flatMap((mark) => gridLine(left + mark * scale, top - 8, bottom, String(mark))),
    [el("text", { class: "tick", x: left + room, y: bottom + 32, "text-anchor": "end" }, unit)],
    rows.flatMap(({ name: rowName, bars: [first, second] }, i) => {
      const y = top + row * i;
      return [
        el("text", { class: "name", x: left - 10, y: y + 24, "text-anchor": "end" }, rowName),
        ...line(first, kinds[0], y),
        ...line(second, kinds[1], y + bar + 2),
      ];
    }),
  );
}
