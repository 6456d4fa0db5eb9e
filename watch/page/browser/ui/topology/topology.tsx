import type { Member, Topology } from "../../../../protocol.js";
import { marksOf, type Mark } from "../../state/marks.js";
import { figures, load, sample, topology, type MemberFigures } from "../../state/model.js";
import { format, scale, text } from "../../state/preferences.js";
import { MarkShape, signs } from "../mark.js";
import { truncate, useSize, textWidth } from "../measure.js";
import { targetsOf, type Box, type Drawing, type Target } from "./drawing.js";
import { Flow } from "./flow.js";
import { layOut } from "./layout.js";
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
  const room = { width: width.value, scale: scale.value };
  const forwardings = [...new Set(known.members.map(({ forwarding }) => forwarding))];
  const told = targets.map(({ places, status, forwarding }) => {
    const name =
      places.length === 1
        ? known.members[places[0] ?? 0]?.name
        : t.groupOf(format.whole(places.length));
    return `${name ?? ""} (${t.forwarding[forwarding] ?? forwarding}): ${t.states[status]}`;
  });
  return (
    <section class="panel topology" aria-labelledby="topology-title">
      <h2 id="topology-title">{t.topology}</h2>
      <div ref={ref} class="drawing">
        {width.value > 0 && (
          <Picture
            {...{ known, now }}
            drawing={layOut(known, targets, room)}
            words={`${t.topologyOf(known.clients.length, known.service.url, known.director)} ${told.join("; ")}.`}
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
      </ul>
    </section>
  );
}

/**
 * A small picture of a forwarding method: both directions pass the director, the bar in the middle, or answers go
 * around it.
 */
function WaySample({ forwarding }: { forwarding: string }) {
  const isRound = forwarding === "gate" || forwarding === "ipip";
  const kind =
    forwarding === "ipip" ? "tunnel" : forwarding === "redirected" ? "redirected" : "request";
  return (
    <svg class="way-sample" viewBox="0 0 56 22" aria-hidden="true">
      {kind === "tunnel" && <path class="wire tunnel-wall" d="M30 14H50" />}
      <path class={`wire ${kind}`} d={isRound ? "M2 14H48" : "M2 8H48"} />
      <path class="tip" d={isRound ? "M55 14l-8-4v8z" : "M55 8l-8-4v8z"} />
      <path
        class={`wire ${kind === "redirected" ? kind : "answer"}`}
        d={isRound ? "M51 10V3H5V5" : "M54 16H8"}
      />
      <path class="tip" d={isRound ? "M5 11l-4-7h8z" : "M1 16l8-4v8z"} />
      <path class="through" d={isRound ? "M27 8V20" : "M27 2V21"} />
    </svg>
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
  const { width, height, clients, frame, director, service, redirect, targets } = drawing;
  const marks = marksOf(known.members);
  const running = load.value?.load;
  const scheduler = sample.value ? sample.value.scheduler : known.service.scheduler;
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
            <g key={name} class={`client ${isAsking ? "asking" : ""}`}>
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
        <Wires drawing={drawing} marks={marks} moving={moving} />
        <g class="director">
          <Rect box={director} radius={10} />
          <text class="name" x={director.x + 14 * e} y={director.y + 22 * e}>
            {known.director}
          </text>
          <text class="detail" x={director.x + 14 * e} y={director.y + 38 * e}>
            {t.director}
          </text>
          <Pill {...{ box: service, url: known.service.url, note: scheduler ?? t.states.absent }} />
          {redirect && known.redirect && (
            <Pill
              {...{ box: redirect, url: known.redirect.url, note: t.redirection, isStatic: true }}
              detail={t.redirectedTo(fixed ?? "")}
            />
          )}
        </g>
        {targets.map((target) => (
          <TargetBox key={target.key} {...{ target, marks, now }} members={known.members} />
        ))}
      </svg>
      <Flow {...{ width, height, ways }} />
    </>
  );
}

/** The client that makes requests, and the addresses that it asks. */
function requestSourceOf({ clients }: Topology): RequestSource | undefined {
  const running = load.value?.load;
  return running && { client: clients.indexOf(running.client), redirected: running.redirected };
}

interface PillProps {
  box: Box;
  url: string;
  note: string;
  detail?: string;
  isStatic?: boolean;
}

/** An address that clients ask. */
function Pill({ box, url, note, detail, isStatic = false }: PillProps) {
  const e = scale.value;
  const address = url.replace(/^\w+:\/\//, "").replace(/\/$/, "");
  return (
    <g class={`pill ${isStatic ? "static" : ""}`}>
      <Rect box={box} radius={8} />
      <text class="address" x={box.x + 12 * e} y={box.y + 24 * e}>
        {truncate(address, box.width - 24 * e, 14 * e, 600)}
      </text>
      <text class="note" x={box.x + 12 * e} y={box.y + 44 * e}>
        {truncate(detail ?? note, box.width - 24 * e, 12.5 * e)}
      </text>
    </g>
  );
}

interface TargetBoxProps {
  target: Target;
  marks: Mark[];
  members: Member[];
  now: MemberFigures[];
}

function TargetBox({
  target: { places, forwarding, status, box },
  marks,
  members,
  now,
}: TargetBoxProps) {
  const t = text.value;
  const e = scale.value;
  const first = places[0] ?? 0;
  const isGroup = places.length > 1;
  const member = isGroup ? undefined : members[first];
  const mark = isGroup ? undefined : marks[first];
  const name = member?.name ?? t.groupOf(format.whole(places.length));
  const where = member && [member.machine, member.namespace].filter(Boolean).join(" › ");
  const method = t.forwarding[forwarding] ?? forwarding;
  const weight = now[first]?.weight;
  const state = t.states[status];
  const left = box.x + 14 * e;
  const stateWidth = textWidth(state, 13 * e, 600) + 34 * e;
  const nameX = mark ? left + 28 * e : left;
  return (
    <g class={`member ${status}`} data-target={name} data-standing={status}>
      {isGroup && <Rect class="behind" box={{ ...box, x: box.x + 5, y: box.y + 5 }} radius={8} />}
      <Rect box={box} radius={8} />
      <rect class="edge" x={box.x} y={box.y + 8} width={4} height={box.height - 16} />
      {mark && (
        <g transform={`translate(${left - 2} ${box.y + 8.5 * e}) scale(${e})`}>
          <MarkShape mark={mark} />
        </g>
      )}
      <text class="name" x={nameX} y={box.y + 25 * e}>
        {truncate(name, box.x + box.width - nameX - stateWidth - 6 * e, 15 * e, 600)}
      </text>
      <g transform={`translate(${box.x + box.width - stateWidth} ${box.y + 12 * e}) scale(${e})`}>
        <path class="sign" d={signs[status]} />
        <text class="state-name" x="20" y="12.5">
          {state}
        </text>
      </g>
      <text class="detail" x={left} y={box.y + 46 * e}>
        {truncate(
          weight === undefined || isGroup
            ? method
            : `${method} · ${t.weightIs(format.whole(weight))}`,
          box.width - 24 * e,
          12.5 * e,
        )}
      </text>
      {member && (
        <text class="detail" x={left} y={box.y + 63 * e}>
          {truncate(
            `${where ? `${where} · ` : ""}${member.address}:${member.port}`,
            box.width - 22 * e,
            12.5 * e,
          )}
        </text>
      )}
    </g>
  );
}

function Rect({ box, radius, class: name }: { box: Box; radius: number; class?: string }) {
  return <rect class={`box ${name ?? ""}`} {...box} rx={radius} />;
}
