import { el, type Element } from "../element";

/** Round axis steps from 0 up to at least `max`: 4 to 8 of them, of 1, 2 or 5 times a power of ten. */
export function axisSteps(max: number): number[] {
  if (!(max > 0)) {
    return [0, 1];
  }
  const power = 10 ** Math.floor(Math.log10(max));
  const step = [0.1, 0.2, 0.5, 1, 2].map((n) => n * power).find((s) => max / s <= 8) ?? power;
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** A number for an SVG attribute, rounded to a hundredth of a pixel. */
export function px(value: number): number {
  return Math.round(100 * value) / 100;
}

/** A vertical grid line with its value below. */
export function gridLine(x: number, top: number, bottom: number, label: string): Element[] {
  return [
    el("line", { class: "grid", x1: px(x), x2: px(x), y1: top, y2: bottom }),
    el("text", { class: "tick", x: px(x), y: bottom + 16, "text-anchor": "middle" }, label),
  ];
}

/** An SVG picture, with a text for screen readers. */
export function picture(
  id: string,
  { width, height }: { width: number; height: number },
  { title, description }: { title: string; description: string },
  ...content: (Element | Element[])[]
): Element {
  const labelled = { role: "img", "aria-labelledby": `${id}-title ${id}-desc` };
  return el(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, ...labelled },
    el("title", { id: `${id}-title` }, title),
    el("desc", { id: `${id}-desc` }, description),
    ...content,
  );
}

export interface Key {
  /** The CSS class of its colour. */
  class: string;
  text: string;
}

/** A legend of the colours, in one line from the left. */
export function legend(keys: Key[], x: number, y: number): Element[] {
  let at = x;
  return keys.flatMap(({ class: name, text }) => {
    const left = at;
    at += 38 + 7 * text.length;
    return [
      el("rect", { class: name, x: px(left), y: y - 10, width: 12, height: 12, rx: 2 }),
      el("text", { class: "label", x: px(left + 18), y }, text),
    ];
  });
}
