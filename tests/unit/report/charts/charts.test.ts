import { axisSteps } from "../../../../report/charts/axis";
import { comparisonChart } from "../../../../report/charts/comparison";
import { distributionChart } from "../../../../report/charts/distribution";
import { failoverChart } from "../../../../report/charts/failover";
import { latencyChart, percentileChart } from "../../../../report/charts/latency";
import { passedChart } from "../../../../report/charts/passed";
import { markup } from "../../../../report/element";
import { latencies } from "../../../../report/latency";
import { counted } from "../../../../report/words";
import { all, type Node, read, textOf } from "../../../support/report/markup";
import { numbers } from "../../../support/report/numbers";

const evil = `<script>alert("&'")</script>`;

function drawn(name = "BACKEND-1"): Record<string, Node> {
  const { distribution, latency = [], comparison, failover } = numbers(name);
  if (!distribution || !comparison || !failover) {
    throw new Error("there is nothing to draw");
  }
  const charts = {
    distribution: distributionChart(distribution.schedulers),
    latency: latencyChart(latency),
    percentiles: percentileChart(latency),
    passed: passedChart(counted(latency)),
    comparison: comparisonChart(comparison),
    failover: failoverChart(failover),
  };
  return Object.fromEntries(Object.entries(charts).map(([key, svg]) => [key, read(markup(svg))]));
}

test.each(Object.entries(drawn(evil)))(
  "%s: a well-formed picture that says what it shows, within its frame",
  (key, svg) => {
    expect(svg.attributes).toMatchObject({
      role: "img",
      "aria-labelledby": `${key}-title ${key}-desc`,
    });
    const named = [...all(svg, "title"), ...all(svg, "desc")];
    expect(named.map(({ attributes }) => attributes.id)).toEqual([`${key}-title`, `${key}-desc`]);
    expect(named.filter((node) => textOf(node) === "")).toEqual([]);
    const [, , width = 0, height = 0] = (svg.attributes.viewBox ?? "").split(" ").map(Number);
    const numbersOf = (node: Node) =>
      ["x", "y", "width", "height"].map((name) => Number(node.attributes[name] ?? 0));
    for (const rect of all(svg, "rect")) {
      const [x = NaN, y = NaN, wide = NaN, high = NaN] = numbersOf(rect);
      expect(wide).toBeGreaterThanOrEqual(0);
      expect(x + wide).toBeLessThanOrEqual(width);
      expect(y + high).toBeLessThanOrEqual(height);
    }
    expect(JSON.stringify(svg)).not.toMatch(/NaN|Infinity|undefined/);
  },
);

test("a bar of the distribution is as long as its share, and bars fill their line", () => {
  const bars = all(drawn().distribution ?? read("<a></a>"), "rect").filter(
    ({ attributes }) => attributes.height === "20",
  );
  const widths = bars.slice(0, 3).map(({ attributes }) => Number(attributes.width));
  const [first = 0, second = 0, third = 0] = widths;
  expect(first / third).toBeCloseTo(3, 2);
  expect(second / third).toBeCloseTo(2, 2);
  // fo gives all to one: no bars of nothing.
  expect(bars).toHaveLength(7);
});

test("an expected distribution and an unexpected one are told apart without colour", () => {
  const marks = all(drawn().distribution ?? read("<a></a>"), "text").map(textOf);
  expect(marks.filter((text) => /[✓✗]/.test(text))).toEqual(["✓", "✗", "✓"]);
});

test("what passes the director has a bar for each direction, and a word where nothing passes", () => {
  const svg = drawn().passed ?? read("<a></a>");
  const widths = (kind: string) =>
    all(svg, "rect")
      .filter(({ attributes }) => attributes.class === kind && attributes.height === "18")
      .map(({ attributes }) => Number(attributes.width));
  expect(widths("in")).toHaveLength(3);
  // Direct routing and tunnels have none.
  expect(widths("out")).toHaveLength(1);
  expect((widths("out")[0] ?? 0) / (widths("in")[0] ?? 1)).toBeCloseTo(568.5 / 396, 2);
  expect(all(svg, "text").map(textOf)).toEqual(
    expect.arrayContaining(["396 bytes, 6 packets", "569 bytes, 5 packets", "nothing"]),
  );
});

test("a failover that nobody took over has no bar of the address, and says so", () => {
  const svg = drawn().failover ?? read("<a></a>");
  const bars = all(svg, "rect").filter(({ attributes }) => attributes.height === "18");
  expect(bars.map(({ attributes }) => attributes.class)).toEqual([
    ...["moved", "silence", "moved", "silence", "silence"],
  ]);
  const texts = all(svg, "text").map(textOf);
  expect(texts).toEqual(expect.arrayContaining(["1.2 s", "1.5 s, 3 lost", "nobody took it"]));
});

test("ways that were never answered are drawn as such", () => {
  const latency = latencies([
    { way: "direct", requests: 2, failed: 0, turns: [[1], [2]] },
    { way: "gate", requests: 2, failed: 2, turns: [[], []] },
  ]);
  expect(textOf(read(markup(latencyChart(latency))))).toContain("no answers");
  expect(all(read(markup(percentileChart(latency))), "polyline")).toHaveLength(1);
});

test.each([
  [200, [0, 50, 100, 150, 200]],
  [7, [0, 1, 2, 3, 4, 5, 6, 7]],
  [0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
  [0, [0, 1]],
])("an axis up to %d has round steps", (most, expected) => {
  expect(axisSteps(most)).toEqual(expected);
});
