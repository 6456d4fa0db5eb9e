import { el, type Element } from "../element";
import type { Distribution } from "../numbers";
import { share } from "../words";
import { legend, picture, px } from "./axis";

const left = 76;
const width = 720;
const room = width - left - 34;
const row = 34;
const top = 44;

/** A bar for each scheduler with the members' connections, and marks where the expected distribution ends them. */
export function distributionChart(schedulers: Distribution[]): Element {
  const names = schedulers[0]?.members.map(({ name }) => name) ?? [];
  const keys = names.map((text, i) => ({ class: `member${i}`, text }));
  const said = schedulers.map(
    ({ scheduler, members }) =>
      `${scheduler}: ${members.map((m) => `${m.name} ${m.got}, expected ${share(m.expected)}`).join("; ")}.`,
  );
  return picture(
    "distribution",
    { width, height: top + row * schedulers.length + 4 },
    { title: "Connections of each member, for each scheduler", description: said.join(" ") },
    legend([...keys, { class: "expected", text: "▼ as expected" }].slice(0, keys.length), left, 16),
    [
      el("path", { class: "expected", d: triangle(left + 300, 14) }),
      el("text", { class: "label", x: left + 312, y: 16 }, "where the expected share ends"),
    ],
    schedulers.flatMap((d, i) => bar(d, top + row * i)),
  );
}

function bar(
  { scheduler, members, connections, isAsExpected }: Distribution,
  y: number,
): Element[] {
  const scale = room / connections;
  let [at, end] = [left, left];
  const parts = members.flatMap(({ got, expected }, i) => {
    const [x, wide] = [at, got * scale];
    at += wide;
    end += expected * scale;
    const isInside = end < left + room - 0.5 && expected > 0;
    return [
      ...(got > 0
        ? [el("rect", { class: `member${i}`, x: px(x), y, width: px(wide), height: 20 })]
        : []),
      ...(wide >= 24
        ? [
            el(
              "text",
              { class: `on${i}`, x: px(x + wide / 2), y: y + 14, "text-anchor": "middle" },
              got,
            ),
          ]
        : []),
      ...(isInside ? [el("path", { class: "expected", d: triangle(end, y - 1) })] : []),
    ];
  });
  return [
    el("text", { class: "name", x: left - 10, y: y + 14, "text-anchor": "end" }, scheduler),
    ...parts,
    el(
      "text",
      { class: isAsExpected ? "good" : "bad", x: left + room + 10, y: y + 15 },
      isAsExpected ? "✓" : "✗",
    ),
  ];
}

/** A triangle that points down to (x, y). */
function triangle(x: number, y: number): string {
  return `M${px(x - 4)} ${y - 6}h8L${px(x)} ${y}z`;
}
