import { type Child, el, type Element } from "../element";

/** A table. The first cell of each row is its heading. A column whose heading begins with # has numbers. */
export function table(caption: string, header: string[], rows: Child[][]): Element {
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
