import type { Topology } from "../../../../protocol.js";
import { acting, directors, isCutOff, stateOf } from "../../state/directors.js";
import { marksOf } from "../../state/marks.js";
import { figures, load, topology, type MemberFigures } from "../../state/model.js";
import { format, scale, text } from "../../state/preferences.js";
import { truncate, useSize } from "../measure.js";
import { DirectorBox, Pill } from "./directorBox.js";
import { targetsOf, type Drawing } from "./drawing.js";
import { Flow } from "./flow.js";
import { layOut } from "./layout.js";
import { MemberBox } from "./memberBox.js";
import { Rect } from "./rect.js";
import { SynchronisedSample, WaySample } from "./waySample.js";
import { movingWires, Wires, type RequestSource } from "./wires.js";

/** A drawing of the lab and the packets' ways through it. */
export function TopologyPanel() {
  const t = text.value;
  const { ref, width } = useSize<HTMLDivElement>();
  const known = topology.value;
  if (!known) {
    return null;
  }
  const now = figures();
  const targets = targetsOf(known, now);
  const room = {
    ...{ width: width.value, scale: scale.value },
    ...{ acting: acting.value, isCutOff: isCutOff.value },
  };
  const forwardings = [...new Set(known.members.map(({ forwarding }) => forwarding))];
  const told = targets.map(({ places, status, forwarding }) => {
    const name =
      places.length === 1
        ? known.members[places[0] ?? 0]?.name
        : t.groupOf(format.whole(places.length));
    return `${name ?? ""} (${t.forwarding[forwarding] ?? forwarding}): ${t.states[status]}`;
  });
  const parts = directors.value.map(
    ({ name, role }) => role && role !== "none" && `${name}: ${t.roles[role]}`,
  );
  const holder = directors.value[acting.value]?.name ?? known.director;
  const words = [...parts.filter(Boolean), ...told].join("; ");
  return (
    <section class="panel topology" aria-labelledby="topology-title">
      <h2 id="topology-title">{t.topology}</h2>
      <div ref={ref} class="drawing">
        {width.value > 0 && (
          <Picture
            {...{ known, now }}
            drawing={layOut(known, targets, room)}
            words={`${t.topologyOf(known.clients.length, known.service.url, holder)} ${words}.`}
          />
        )}
      </div>
      <ul class="ways">
        {forwardings.map((forwarding) => (
          <li key={forwarding}>
            <WaySample forwarding={forwarding} />
            {t.ways[forwarding as keyof typeof t.ways]}
          </li>
        ))}
        {known.redirect && (
          <li>
            <WaySample forwarding="redirected" />
            {t.ways.redirected}
          </li>
        )}
        {known.moreDirectors && (
          <li>
            <SynchronisedSample />
            {t.synchronise}
          </li>
        )}
      </ul>
    </section>
  );
}

interface PictureProps {
  known: Topology;
  now: MemberFigures[];
  drawing: Drawing;
  words: string;
}

function Picture({ known, now, drawing, words }: PictureProps) {
  const t = text.value;
  const e = scale.value;
  const { width, height, clients, frame, redirect, targets, machines, synchronised } = drawing;
  const marks = marksOf(known.members);
  const running = load.value?.load;
  const moving = movingWires(drawing, requestSourceOf(known));
  const ways = [...moving].map(({ d, target }) => `${d} ${target?.status ?? ""}`).join(" ");
  const fixed = known.members[known.redirect?.member ?? -1]?.name;
  return (
    <>
      <svg role="img" aria-label={words} viewBox={`0 0 ${width} ${height}`} {...{ width, height }}>
        <Rect class="frame" box={frame} radius={10} />
        <text class="label" x={frame.x + 10 * e} y={frame.y + 20 * e}>
          {t.clients}
        </text>
        {clients.map((box, index) => {
          const name = known.clients[index] ?? "";
          const isAsking = running?.client === name;
          return (
            <g key={name} class={`client ${isAsking ? "asking" : ""} ${powerClass(name)}`}>
              <Rect box={box} radius={6} />
              <text class="name" x={box.x + 10 * e} y={box.y + (isAsking ? 17 : 25) * e}>
                {truncate(name, box.width - 20 * e, 14 * e, 600)}
              </text>
              {isAsking && (
                <text class="detail" x={box.x + 10 * e} y={box.y + 32 * e}>
                  {`${format.whole(running.rate)} ${t.aSecond}`}
                </text>
              )}
            </g>
          );
        })}
        {machines.map(({ name, box }) => (
          <g key={name} class={`machine ${powerClass(name)}`} data-machine={name}>
            <Rect class="frame" box={box} radius={10} />
            <text class="label" x={box.x + 10 * e} y={box.y + 18 * e}>
              {[name, powerWords(name)].filter(Boolean).join(" · ")}
            </text>
          </g>
        ))}
        <Wires drawing={drawing} marks={marks} moving={moving} />
        {synchronised
          .filter(({ places }) => places.every(isListening))
          .map(({ x, y1, y2 }) => (
            <g key={y1} class="synchronised-line">
              <path class="synchronised" d={`M${x} ${y1}V${y2}`} />
              <path class="tip" d={`M${x} ${y1}l-4.5 7h9zM${x} ${y2}l-4.5-7h9z`} />
            </g>
          ))}
        {directors.value.map((view, place) => {
          const boxes = drawing.directors[place];
          return boxes && <DirectorBox key={view.name} {...{ boxes, view, place }} />;
        })}
        {redirect && known.redirect && (
          <Pill
            {...{ box: redirect, url: known.redirect.url, note: t.redirection, isStatic: true }}
            detail={t.redirectedTo(fixed ?? "")}
          />
        )}
        {targets.map((target) => (
          <MemberBox
            key={target.key}
            {...{ target, marks, now }}
            members={known.members}
            isFramed={machines.length > 0}
          />
        ))}
      </svg>
      <Flow {...{ width, height, ways }} />
    </>
  );
}

/** True unless a director is known to hear nothing of the others. */
function isListening(place: number): boolean {
  const { role, hasLink } = directors.value[place] ?? {};
  return role === undefined || hasLink === true;
}

/** The class of a machine that is off, or on its way. */
function powerClass(name: string): string {
  const power = stateOf(name)?.power ?? "on";
  return power === "on" || power === "unknown" ? "" : power;
}

function powerWords(name: string): string {
  const power = powerClass(name);
  return power === "" ? "" : text.value.powers[power as keyof typeof text.value.powers];
}

/** The client that makes requests, and the addresses that it asks. */
function requestSourceOf({ clients }: Topology): RequestSource | undefined {
  const running = load.value?.load;
  return running && { client: clients.indexOf(running.client), redirected: running.redirected };
}
