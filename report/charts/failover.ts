import type { Element } from "../element";
import type { Failovers, FailoverTry } from "../numbers";
import { seconds } from "../words";
import { pairsChart } from "./pairs";

/**
 * Two bars for each failover: the time until the address moved, and the time without an answer. With a router: until it
 * left the director out, and in which requests were lost or slow.
 */
export function failoverChart({ tries, router }: Failovers): Element {
  const second = (one: FailoverTry) => (router === undefined ? one.silence : (one.disturbed ?? 0));
  return pairsChart({
    name: "failover",
    title: "How long each failover took",
    description: tries.map(described).join(" "),
    unit: "s",
    kinds: [
      {
        class: "moved",
        text: `until ${router === undefined ? "another director had the address" : "the router left it out"}`,
      },
      {
        class: "silence",
        text: router === undefined ? "without an answer" : "with requests that were lost or slow",
      },
    ],
    rows: tries.map((one, i) => ({
      name: `try ${i + 1}`,
      bars: [
        { value: one.moved ?? 0, text: movedWords(one) },
        { value: second(one), text: `${seconds(second(one))} s, ${one.lost} lost` },
      ],
    })),
    left: 76,
  });
}

function movedWords({ moved }: FailoverTry): string {
  return moved === undefined ? "nobody took it" : `${seconds(moved)} s`;
}

function described(one: FailoverTry, i: number): string {
  const { from, to, silence, lost, requests, kept, downloads } = one;
  const took = to === undefined ? "nobody took over" : `${to} took over after ${movedWords(one)}`;
  return `Try ${i + 1}: ${from}'s cable was pulled, ${took}; silence ${seconds(silence)} s, ${lost} of ${requests} requests lost, ${kept} of ${downloads} downloads kept.`;
}
