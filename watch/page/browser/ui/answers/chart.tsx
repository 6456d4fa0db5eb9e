import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { marksOf, type Mark } from "../../state/marks.js";
import { labTime, chartSeconds, history, topology } from "../../state/model.js";
import { format, isLarge, language, shownTheme, text } from "../../state/preferences.js";
import type { SecondSeries } from "../../state/series.js";
import { Mark as Badge } from "../mark.js";
import { useSize } from "../measure.js";
import { canvasColours } from "./canvasColours.js";
import { layersOf, stacked, type Layer } from "./stack.js";

/** Possible distances between two lines of the chart. */
const steps = [1, 10, 100, 1000, 10_000].flatMap((ten) => [ten, 2 * ten, 5 * ten]);

const metrics = ["answers", "connections", "active"] as const;
type Metric = (typeof metrics)[number];

function seriesOf(metric: Metric): SecondSeries {
  return metric === "answers" ? history.answers.balanced : history[metric];
}

/** A stacked chart of one figure of all members, over the last seconds. */
export function Chart() {
  const t = text.value;
  const metric = useSignal<Metric>("answers");
  const second = Math.floor(labTime.value / 1000);
  const members = topology.value?.members ?? [];
  const marks = marksOf(members);
  const layers = layersOf(seriesOf(metric.value), second, members);
  const now = layers.filter(({ latest }) => latest > 0);
  const inWords = now.map(({ name, latest }) => `${name} ${format.rate(latest)}`).join(", ");
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <div class="heading">
        <h2 id="chart-title">{t.chart}</h2>
        <label class="field inline">
          <span>{t.metric}</span>
          <select
            value={metric.value}
            onChange={({ currentTarget }) => {
              metric.value = currentTarget.value as Metric;
            }}
          >
            {metrics.map((word) => (
              <option key={word} value={word}>
                {t.metrics[word]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div
        role="img"
        aria-label={t.chartOf(t.metrics[metric.value], inWords || t.nothing)}
        class="plot-frame"
      >
        <Plot {...{ layers, marks, second }} series={seriesOf(metric.value)} />
      </div>
      <ul class="legend">
        {layers.map((layer) => (
          <li key={layer.key} class={layer.kind}>
            <Swatch mark={marks[layer.place ?? -1]} kind={layer.kind} />
            <span>{layer.name}</span> <b>{format.rate(layer.latest)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Swatch({ mark, kind }: { mark: Mark | undefined; kind: Layer["kind"] }) {
  return mark ? <Badge mark={mark} /> : <span class={`swatch ${kind}`} aria-hidden="true" />;
}

interface PlotProps {
  layers: Layer[];
  marks: Mark[];
  second: number;
  series: SecondSeries;
}

function Plot({ layers, marks, second, series }: PlotProps) {
  const { ref, width, height: room } = useSize<HTMLDivElement>();
  const plot = useRef<uPlot>(null);
  const key = layers.map((layer) => layer.key).join(" ");
  const height = Math.max(isLarge.value ? 260 : 210, room.value);
  useEffect(() => {
    if (!ref.current || width.value === 0) {
      return;
    }
    const options = optionsFor(layers, marks, width.value, height);
    const made = new uPlot(options, stacked(series, layers, second), ref.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [key, series, width.value, height, shownTheme.value, language.value]);
  useEffect(() => {
    plot.current?.setData(stacked(series, layers, second));
  }, [second, series]);
  return <div ref={ref} class="plot" />;
}

function optionsFor(layers: Layer[], marks: Mark[], width: number, height: number): uPlot.Options {
  const { members, lost, stranger, faint } = canvasColours();
  const ink = (layer: Layer) =>
    layer.kind === "lost" ? lost : (members[marks[layer.place ?? -1]?.colour ?? -1] ?? stranger);
  const size = isLarge.value ? 15 : 12;
  const axis: uPlot.Axis = {
    stroke: shownTheme.value === "dark" ? "#a7b0bd" : "#545d69",
    grid: { stroke: faint, width: 1 },
    ticks: { show: false },
    font: `${size}px system-ui, sans-serif`,
  };
  return {
    ...{ width, height, padding: [8, 18, 0, 0] },
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_, __, max) => [max - chartSeconds + 1, max] },
      y: { range: (_, __, max) => [0, Math.max(5, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: size * 2.2,
        // Seconds before now, which is at the right edge.
        splits: ({ data }) => {
          const last = data[0].at(-1) ?? 0;
          return [-75, -60, -45, -30, -15, 0].map((back) => last + back);
        },
        values: ({ data }, splits) =>
          splits.map((at) => `${format.whole(at - (data[0].at(-1) ?? 0))} s`),
      },
      { ...axis, size: size * 4, incrs: steps, values: (_, splits) => splits.map(format.rate) },
    ],
    // The uppermost area comes first: each covers those below it.
    series: [
      {},
      ...[...layers].reverse().map((layer) => ({
        label: layer.name,
        width: 1.5,
        stroke: ink(layer),
        fill: filling(ink(layer), layer),
        points: { show: false },
      })),
    ],
  };
}

/** A fill pattern: a tint with lines in one direction, so that neighbours differ without their colours. */
function filling(ink: string, { kind, place }: Layer): () => CanvasPattern | string {
  return () => {
    const tile = document.createElement("canvas");
    const side = 8;
    tile.width = tile.height = side;
    const context = tile.getContext("2d");
    if (!context) {
      return ink;
    }
    context.fillStyle = shownTheme.value === "dark" ? "#171c24" : "#ffffff";
    context.fillRect(0, 0, side, side);
    context.globalAlpha = 0.42;
    context.fillStyle = ink;
    context.fillRect(0, 0, side, side);
    context.globalAlpha = 0.75;
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.beginPath();
    if (kind === "lost") {
      line(context, 0, 0, side, side);
      line(context, side, 0, 0, side);
    } else if (kind === "member" && (place ?? 0) % 3 === 1) {
      line(context, 0, side, side, 0);
    } else if (kind === "member" && (place ?? 0) % 3 === 2) {
      line(context, side / 2, 0, side / 2, side);
    }
    context.stroke();
    return context.createPattern(tile, "repeat") ?? ink;
  };
}

function line(context: CanvasRenderingContext2D, ax: number, ay: number, bx: number, by: number) {
  context.moveTo(ax, ay);
  context.lineTo(bx, by);
}
