import { namesIn } from "../csv";
import { el, type Element } from "../element";
import type { Compared, Outcome } from "../numbers";
import { total } from "../words";
import { legend, picture, px } from "./axis";

const left = 92;
const width = 720;
const room = width - left - 20;
const bar = 20;
const row = 82;
const top = 40;

/** Two bars for each phase, one for each address: the requests that each member answered, and those that failed. */
export function comparisonChart({ balanced, redirected, phases }: Compared): Element {
  const names = namesIn(
    balanced.members,
    ...phases.flatMap((p) => [p.balanced.answered, p.redirected.answered]),
  );
  const keys = names.map((text, i) => ({ class: `member${i % 6}`, text: `answered by ${text}` }));
  const said = phases.map(
    (p) =>
      `${p.phase}: balanced, ${countsText(p.balanced)}; redirected, ${countsText(p.redirected)}.`,
  );
  return picture(
    "comparison",
    { width, height: top + row * phases.length },
    {
      title: `Requests to the balanced address and to the one that is redirected to ${redirected.member}`,
      description: said.join(" "),
    },
    [
      el(
        "pattern",
        { id: "lost", width: 6, height: 6, patternUnits: "userSpaceOnUse" },
        el("rect", { class: "failed", width: 6, height: 6 }),
        el("path", { class: "hatch", d: "M0 6L6 0" }),
      ),
    ],
    legend([...keys, { class: "failed", text: "failed" }], left, 16),
    phases.flatMap((p, i) => {
      const y = top + row * i;
      return [
        el("text", { class: "name", x: left, y: y + 14 }, p.phase),
        ...line("balanced", p.balanced, names, y + 22),
        ...line("redirected", p.redirected, names, y + 22 + bar + 4),
      ];
    }),
  );
}

function line(what: string, outcome: Outcome, names: string[], y: number): Element[] {
  const all = total(outcome.answered) + total(outcome.failed);
  let at = left;
  const part = (count: number, style: object, text: string, behind?: string): Element[] => {
    const [x, wide] = [at, (room * count) / Math.max(all, 1)];
    at += wide;
    if (count === 0) {
      return [];
    }
    return [
      el("rect", { ...style, x: px(x), y, width: px(wide), height: bar }),
      // A number on hatching would be hard to read.
      ...(wide > 30 && behind
        ? [el("rect", { class: behind, x: px(x + wide / 2 - 17), y, width: 34, height: bar })]
        : []),
      ...(wide > 30
        ? [
            el(
              "text",
              { class: text, x: px(x + wide / 2), y: y + 14, "text-anchor": "middle" },
              count,
            ),
          ]
        : []),
    ];
  };
  return [
    el("text", { class: "tick", x: left - 10, y: y + 14, "text-anchor": "end" }, what),
    ...names.flatMap((name, i) =>
      part(outcome.answered[name] ?? 0, { class: `member${i % 6}` }, `on${i % 6}`),
    ),
    ...part(total(outcome.failed), { fill: "url(#lost)" }, "onfailed", "failed"),
  ];
}

function countsText({ answered, failed }: Outcome): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ") || "none";
  return `answered: ${list(answered)}, failed: ${list(failed)}`;
}
