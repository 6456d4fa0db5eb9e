import { el, type Element } from "../element";
import { bytes, type CountedWay, packets, wayWords } from "../words";
import { axisSteps, gridLine, legend, picture, px } from "./axis";

const left = 140;
const width = 720;
const right = 150;
const room = width - left - right;
const bar = 18;
const row = 50;
const top = 44;

/** Two bars for each forwarding method: the bytes of a request that the director passed on, and those of its answer. */
export function passedChart(ways: CountedWay[]): Element {
  const most = Math.max(
    ...ways.flatMap(({ director: { perRequest } }) => [perRequest.bytesIn, perRequest.bytesOut]),
  );
  const marks = axisSteps(most);
  const scale = room / (marks.at(-1) ?? 1);
  const bottom = top + row * ways.length;
  return picture(
    "passed",
    { width, height: bottom + 40 },
    {
      title: "What passes the director for each request, by each forwarding method",
      description: ways.map(described).join(" "),
    },
    legend(
      [
        { class: "in", text: "in: from the client" },
        { class: "out", text: "out: answers" },
      ],
      left,
      16,
    ),
    marks.flatMap((mark) => gridLine(left + mark * scale, top - 8, bottom, String(mark))),
    [el("text", { class: "tick", x: left + room, y: bottom + 32, "text-anchor": "end" }, "bytes")],
    ways.flatMap(({ way, director: { perRequest: one } }, i) => {
      const y = top + row * i;
      const name = { class: "name", x: left - 10, y: y + 24, "text-anchor": "end" };
      return [
        el("text", name, wayWords[way].name),
        ...line("in", one.packetsIn, one.bytesIn, y, scale),
        ...line("out", one.packetsOut, one.bytesOut, y + bar + 2, scale),
      ];
    }),
  );
}

function line(kind: string, count: number, size: number, y: number, scale: number): Element[] {
  const label = { class: "label", x: px(left + size * scale + 8), y: y + 13 };
  return [
    ...(size > 0
      ? [el("rect", { class: kind, x: left, y, width: px(size * scale), height: bar })]
      : []),
    el("text", label, count > 0 ? `${bytes(size)} bytes, ${packets(count)} packets` : "nothing"),
  ];
}

function described({ way, director: { perRequest: one } }: CountedWay): string {
  const text = (count: number, size: number) => `${packets(count)} packets, ${bytes(size)} bytes`;
  return `${wayWords[way].name}: in ${text(one.packetsIn, one.bytesIn)}; out ${text(one.packetsOut, one.bytesOut)}.`;
}
