import { acting, type DirectorView } from "../../state/directors.js";
import { sample, topology } from "../../state/model.js";
import { format, scale, text } from "../../state/preferences.js";
import { textWidth, truncate } from "../measure.js";
import type { Box, DirectorBoxes } from "./drawing.js";
import { Rect } from "./rect.js";

interface DirectorBoxProps {
  boxes: DirectorBoxes;
  view: DirectorView;
  /** The place of the director among the directors. */
  place: number;
}

/** A director, with the virtual address if it has that. */
export function DirectorBox({ boxes: { box, address }, view, place }: DirectorBoxProps) {
  const t = text.value;
  const e = scale.value;
  const known = topology.value;
  const { name, role, connections } = view;
  const scheduler = sample.value ? sample.value.scheduler : known?.service.scheduler;
  const note = scheduler ?? t.states.absent;
  const isShared = (known?.moreDirectors?.length ?? 0) > 0;
  const count = format.whole(connections);
  // Without a word of the lab about its directors, the one that there is has the address.
  const isHolder = role === undefined ? place === acting.value : view.hasAddress;
  const detail = role === undefined || role === "none" ? t.director : t.roles[role];
  return (
    <g class={`director ${role ?? ""}`} data-director={name} data-role={role}>
      <Rect box={box} radius={10} />
      <text class="name" x={box.x + 14 * e} y={box.y + 22 * e}>
        {name}
      </text>
      <text class="detail role" x={box.x + 14 * e} y={box.y + 38 * e}>
        {truncate(detail, box.width - 24 * e, 12.5 * e)}
      </text>
      <Cable box={box} hasLink={view.hasLink} />
      {isHolder ? (
        <Pill
          box={address}
          url={known?.service.url ?? ""}
          url6={known?.ipv6?.url}
          note={role !== undefined && isShared ? `${note} · ${t.connectionsIn(count)}` : note}
        />
      ) : (
        <Vacant
          box={address}
          words={
            role === "next" || role === "standby" ? [t.connectionsIn(count), t.synchronised] : []
          }
        />
      )}
    </g>
  );
}

/** The place for the virtual address in a director that does not have it: in two lines, or in one where it is low. */
function Vacant({ box, words }: { box: Box; words: string[] }) {
  const e = scale.value;
  const isLow = box.height < 45 * e;
  const lines = isLow ? [words.join(", ")] : words;
  return (
    <g class="vacant">
      <Rect box={box} radius={8} />
      {lines.map((line, place) => (
        <text
          key={line}
          class="note"
          x={box.x + 12 * e}
          y={box.y + (isLow ? 19 : 26 + place * 18) * e}
        >
          {truncate(line, box.width - 20 * e, 12.5 * e)}
        </text>
      ))}
    </g>
  );
}

/** The state of a director's cable, by a sign and in words. */
function Cable({ box, hasLink }: { box: Box; hasLink: boolean | undefined }) {
  const e = scale.value;
  if (hasLink === undefined) {
    return null;
  }
  const words = hasLink ? text.value.cableIn : text.value.cableOut;
  const width = textWidth(words, 12.5 * e, 600) + 30 * e;
  return (
    <g
      class={`cable ${hasLink ? "in" : "out"}`}
      transform={`translate(${box.x + box.width - width} ${box.y + 10 * e}) scale(${e})`}
    >
      <path
        class="sign"
        d={hasLink ? "M1 8h14M4 4.5v7M12 4.5v7" : "M1 8h4M11 8h4M5 4.5v7M11 4.5v7"}
      />
      <text class="cable-name" x="20" y="12">
        {words}
      </text>
    </g>
  );
}

interface PillProps {
  box: Box;
  url: string;
  /** The same service over IPv6. */
  url6?: string | undefined;
  note: string;
  detail?: string;
  isStatic?: boolean;
}

/** An address that clients ask. */
export function Pill({ box, url, url6, note, detail, isStatic = false }: PillProps) {
  const e = scale.value;
  const addressOf = (of: string) => of.replace(/^\w+:\/\//, "").replace(/\/$/, "");
  return (
    <g class={`pill ${isStatic ? "static" : ""}`}>
      <Rect box={box} radius={8} />
      <text class="address" x={box.x + 12 * e} y={box.y + (url6 === undefined ? 24 : 20) * e}>
        {truncate(addressOf(url), box.width - 24 * e, 14 * e, 600)}
      </text>
      {url6 !== undefined && (
        <text class="note" x={box.x + 12 * e} y={box.y + 37 * e}>
          {truncate(addressOf(url6), box.width - 16 * e, 12.5 * e, 600)}
        </text>
      )}
      <text class="note" x={box.x + 12 * e} y={box.y + (url6 === undefined ? 44 : 54) * e}>
        {truncate(detail ?? note, box.width - 24 * e, 12.5 * e)}
      </text>
    </g>
  );
}
