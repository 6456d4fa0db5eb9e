import type { Member } from "../../../../protocol.js";
import type { Mark } from "../../state/marks.js";
import type { MemberFigures } from "../../state/model.js";
import { format, scale, text } from "../../state/preferences.js";
import { MarkShape, signs } from "../mark.js";
import { textWidth, truncate } from "../measure.js";
import type { Target } from "./drawing.js";
import { Rect } from "./rect.js";

interface MemberBoxProps {
  target: Target;
  marks: Mark[];
  members: Member[];
  now: MemberFigures[];
  /** True inside the frame of its machine, which says its name. */
  isFramed: boolean;
}

/** A member, or a group of members that are alike. */
export function MemberBox({
  target: { places, forwarding, status, box },
  marks,
  members,
  now,
  isFramed,
}: MemberBoxProps) {
  const t = text.value;
  const e = scale.value;
  const first = places[0] ?? 0;
  const isGroup = places.length > 1;
  const member = isGroup ? undefined : members[first];
  const mark = isGroup ? undefined : marks[first];
  const name = member?.name ?? t.groupOf(format.whole(places.length));
  const where =
    member && [!isFramed && member.machine, member.namespace].filter(Boolean).join(" › ");
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
