import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LoadRequest, Way } from "../../../../protocol.js";
import { missing } from "../../state/answerLog.js";
import { marksOf } from "../../state/marks.js";
import { labTime, load, answerLogs, shares, topology } from "../../state/model.js";
import { format, language, scale, shownTheme, text } from "../../state/preferences.js";
import { useSize } from "../measure.js";
import { countsInWords, labelOf } from "./answerTexts.js";
import { beadGrid, paintBeads } from "./beads.js";
import { canvasColours } from "./canvasColours.js";
import { ShareBar } from "./shareBar.js";

/** The number of answers described in words, and the shortest time between two descriptions, ms. */
const describedAnswers = 20;
const descriptionInterval = 5000;

export function Answers() {
  const t = text.value;
  const { ipv6, redirect } = topology.value ?? {};
  return (
    <section class="panel answers" aria-labelledby="answers-title">
      <div class="heading">
        <h2 id="answers-title">{t.answers}</h2>
        <p class="hint">{t.answersHelp}</p>
      </div>
      <div class={(ipv6 ?? redirect) ? "two" : "one"}>
        <WayOf way="balanced" />
        {ipv6 && <WayOf way="ipv6" />}
        {redirect && <WayOf way="redirected" />}
      </div>
    </section>
  );
}

function WayOf({ way }: { way: Way }) {
  const t = text.value;
  const known = topology.value;
  const run = answerLogs[way];
  const { counts, total, rate, lost, median } = shares(way);
  const url = { balanced: known?.service, ipv6: known?.ipv6, redirected: known?.redirect }[way]
    ?.url;
  const running = load.value?.load;
  const isAsked = running !== undefined && isAskedBy(running, way);
  return (
    <div class="way">
      <div class="way-title">
        <h3>{t[way]}</h3>
        <span class="mono">{url}</span>
      </div>
      <div class="beads-frame">
        <Beads way={way} />
        {run.next === 0 && (
          <p class="empty">{running && !isAsked ? t.noRedirectedLoad : t.noLoad}</p>
        )}
      </div>
      <dl class="figures">
        <div>
          <dt>{t.answeredRate}</dt>
          <dd>{format.rate(rate)}</dd>
        </div>
        <div class={lost > 0 ? "wrong" : ""}>
          <dt>{t.lostIn}</dt>
          <dd>{format.whole(lost)}</dd>
        </div>
        <div>
          <dt>{t.median}</dt>
          <dd>{median === undefined ? "–" : format.rate(median)}</dd>
        </div>
      </dl>
      <ShareBar counts={counts} total={total} />
      <AnswersInWords way={way} />
    </div>
  );
}

function isAskedBy({ ipv6, redirected }: LoadRequest, way: Way): boolean {
  return way === "balanced" || (way === "ipv6" ? ipv6 === true : redirected);
}

/** The last answers in words, for screen readers: announced politely, and no more often than one can listen. */
function AnswersInWords({ way }: { way: Way }) {
  const t = text.value;
  const run = answerLogs[way];
  const last = useRef({ at: 0, words: "", language: language.value });
  const members = topology.value?.members ?? [];
  const now = run.last(describedAnswers);
  const at = labTime.value;
  if (now.length === 0) {
    last.current = { at: 0, words: "", language: language.value };
  } else if (
    at - last.current.at >= descriptionInterval ||
    last.current.language !== language.value
  ) {
    const words = t.lastAnswers(
      now.filter((who) => who !== missing).length,
      countsInWords(now, members),
    );
    last.current = { at, words, language: language.value };
  }
  const marks = marksOf(members);
  return (
    <>
      <p class="last" aria-live="polite">
        {last.current.words}
      </p>
      <p class="unseen" data-order={now.join(" ")}>
        {now.length > 0 && t.inOrder(now.map((who) => labelOf(who, marks)).join(" "))}
      </p>
    </>
  );
}

function Beads({ way }: { way: Way }) {
  const { ref: frame, width } = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useSignal({ columns: 12, rows: 6, cell: 0 });
  const rate = load.value?.load?.rate;
  // The beads keep their size when the load has ended.
  const lastRate = useRef(20);
  lastRate.current = rate ?? lastRate.current;
  const members = topology.value?.members ?? [];
  grid.value = beadGrid(width.value, lastRate.current, scale.value);
  const { columns, rows, cell } = grid.value;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || cell === 0) {
      return;
    }
    const density = Math.max(1, window.devicePixelRatio);
    element.width = Math.round(columns * cell * density);
    element.height = Math.round(rows * cell * density);
    element.style.height = `${rows * cell}px`;
    context.setTransform(density, 0, 0, density, 0, 0);
    const marks = marksOf(members);
    let painted = -1;
    let frameId = 0;
    const follow = () => {
      const run = answerLogs[way];
      if (run.version !== painted) {
        painted = run.version;
        paintBeads(context, run, { columns, rows, cell }, marks, canvasColours());
      }
      frameId = requestAnimationFrame(follow);
    };
    follow();
    return () => {
      cancelAnimationFrame(frameId);
    };
  }, [way, members, columns, rows, cell, shownTheme.value]);
  return (
    <div ref={frame}>
      <canvas
        ref={canvas}
        class="beads"
        role="img"
        aria-label={`${text.value.answers}: ${text.value[way]}`}
        data-way={way}
        data-columns={columns}
        data-rows={rows}
      />
    </div>
  );
}
