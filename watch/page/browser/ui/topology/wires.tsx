import type { Mark } from "../../state/marks.js";
import type { Direction, Drawing, Target, Wire } from "./drawing.js";

const turns: Record<Direction, number> = { right: 0, down: 90, left: 180, up: 270 };

/** The client that makes requests; `redirected` is true when it also asks the static redirection. */
export interface RequestSource {
  client: number;
  redirected: boolean;
}

/** True when no packet gets through to a member. */
function isCut(target: Target | undefined): boolean {
  return target?.status === "down" || target?.status === "absent";
}

/** With more wires than this, dots do not move: they would be a swarm. */
const maxMoving = 24;

/** The wires that carry packets at the moment. */
export function movingWires({ wires }: Drawing, asking: RequestSource | undefined): Set<Wire> {
  const isCutOff = wires.some((wire) => wire.isCut);
  const carries = ({ kind, client, target }: Wire) =>
    asking !== undefined &&
    !isCutOff &&
    !isCut(target) &&
    (client === undefined || client === asking.client) &&
    (kind === "redirected" ? asking.redirected : target === undefined || target.share > 0);
  return new Set(wires.length > maxMoving ? [] : wires.filter(carries));
}

interface WiresProps {
  drawing: Drawing;
  marks: Mark[];
  /** The wires that carry packets at the moment. */
  moving: ReadonlySet<Wire>;
}

/** The packets' ways. Wires in use are thick and have moving dots; wires that lead nowhere are broken. */
export function Wires({ drawing: { wires }, marks, moving }: WiresProps) {
  return (
    <g class="wires">
      {wires.map((wire) => (
        <Line key={wire.key} wire={wire} marks={marks} isMoving={moving.has(wire)} />
      ))}
    </g>
  );
}

function Line({ wire, marks, isMoving }: { wire: Wire; marks: Mark[]; isMoving: boolean }) {
  const { kind, target, d, tip, middle } = wire;
  const place = target?.places.length === 1 ? target.places[0] : undefined;
  const mark = place === undefined ? undefined : marks[place];
  const standing = wire.isCut ? "down" : (target?.status ?? "up");
  const isOwn = mark && kind !== "redirected" && !isCut(target);
  const colour = isOwn && standing !== "drained" ? `stroke-${mark.colour}` : "";
  const name = `${kind} ${standing} ${colour}`;
  const thickness = target && kind !== "redirected" ? 1.6 + 2.4 * target.share : undefined;
  // A member that cannot answer has no wire for answers.
  if (isCut(target) && kind === "answer") {
    return null;
  }
  return (
    <g class={`line ${name}`}>
      {kind === "tunnel" && <path class="wire tunnel-wall" d={d} />}
      <path
        class={`wire ${kind}`}
        d={d}
        {...(thickness && { "stroke-width": thickness })}
        {...(isMoving && { "data-moving": true })}
      />
      <path
        class="tip"
        d="M0 0l-9-4.5v9z"
        transform={`translate(${tip.x} ${tip.y}) rotate(${turns[tip.to]})`}
      />
      {(wire.isCut ?? isCut(target)) && middle && (
        <g class="cut" transform={`translate(${middle.x} ${middle.y})`}>
          <circle r="9" />
          <path d="M-4-4 4 4M4-4-4 4" />
        </g>
      )}
    </g>
  );
}
