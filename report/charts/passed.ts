import type { Element } from "../element";
import { bytes, type CountedWay, packets, wayWords } from "../words";
import { pairsChart } from "./pairs";

/** Two bars for each forwarding method: the bytes of a request that the director passed on, and those of its answer. */
export function passedChart(ways: CountedWay[]): Element {
  return pairsChart({
    name: "passed",
    title: "What passes the director for each request, by each forwarding method",
    description: ways.map(described).join(" "),
    unit: "bytes",
    kinds: [
      { class: "in", text: "in: from the client" },
      { class: "out", text: "out: answers" },
    ],
    rows: ways.map(({ way, director: { perRequest: one } }) => ({
      name: wayWords[way].name,
      bars: [
        { value: one.bytesIn, text: passed(one.packetsIn, one.bytesIn) },
        { value: one.bytesOut, text: passed(one.packetsOut, one.bytesOut) },
      ],
    })),
    left: 140,
  });
}

function passed(count: number, size: number): string {
  return count > 0 ? `${bytes(size)} bytes, ${packets(count)} packets` : "nothing";
}

function described({ way, director: { perRequest: one } }: CountedWay): string {
  const text = (count: number, size: number) => `${packets(count)} packets, ${bytes(size)} bytes`;
  return `${wayWords[way].name}: in ${text(one.packetsIn, one.bytesIn)}; out ${text(one.packetsOut, one.bytesOut)}.`;
}
