import type { AlignedData } from "uplot";
import type { Member } from "../../../../protocol.js";
import { chartSeconds } from "../../state/model.js";
import { text, format } from "../../state/preferences.js";
import type { SecondSeries } from "../../state/series.js";
import { topMembers } from "./top.js";

/** One of the stacked areas of the chart, the lowest first. */
export interface Layer {
  key: string;
  name: string;
  kind: "member" | "others" | "lost" | "stranger";
  /** The member's place. */
  place?: number;
  /** The value of the last full second. */
  latest: number;
}

/** The number of members with an area of their own. The others share one. */
const maxLayers = 8;

export function layersOf(
  series: SecondSeries,
  second: number,
  members: readonly Member[],
): Layer[] {
  const t = text.value;
  const sums = series.sums(second - chartSeconds, second - 1);
  const { members: top, others } = topMembers(sums, members.length, maxLayers);
  const last = series.sums(second - 1, second - 1);
  const at = (column: number) => last[column] ?? 0;
  const layers = top.map((place): Layer => {
    const name = members[place]?.name ?? "";
    return { key: `m${place}`, name, kind: "member", place, latest: at(place) };
  });
  if (others > 0) {
    const latest = members.reduce(
      (sum, _, place) => sum + (top.includes(place) ? 0 : at(place)),
      0,
    );
    layers.push({ key: "o", name: t.others(format.whole(others)), kind: "others", latest });
  }
  if ((sums[members.length] ?? 0) > 0) {
    layers.push({ key: "l", name: t.lostAnswer, kind: "lost", latest: at(members.length) });
  }
  if ((sums[members.length + 1] ?? 0) > 0) {
    const latest = at(members.length + 1);
    layers.push({ key: "s", name: t.strangerAnswer, kind: "stranger", latest });
  }
  return layers;
}

/** The layers' sums from below, the uppermost layer first, as uPlot needs them. */
export function stacked(series: SecondSeries, layers: Layer[], second: number): AlignedData {
  const from = Math.max(0, second - chartSeconds);
  const seconds = Array.from({ length: chartSeconds }, (_, index) => from + index);
  const members = series.columns - 2;
  const below = new Float64Array(chartSeconds);
  const columns = layers.map(({ kind, place }) => {
    seconds.forEach((at, index) => {
      const value =
        kind === "member"
          ? series.at(at, place ?? 0)
          : kind === "others"
            ? restAt(series, at, layers)
            : series.at(at, members + (kind === "lost" ? 0 : 1));
      below[index] = (below[index] ?? 0) + value;
    });
    return Array.from(below);
  });
  return [seconds, ...columns.reverse()];
}

function restAt(series: SecondSeries, second: number, layers: Layer[]): number {
  if (!series.has(second)) {
    return 0;
  }
  let rest = 0;
  for (let place = 0; place < series.columns - 2; place++) {
    rest += series.at(second, place);
  }
  return layers.reduce(
    (sum, { kind, place }) => (kind === "member" ? sum - series.at(second, place ?? 0) : sum),
    rest,
  );
}
