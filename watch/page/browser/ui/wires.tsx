import type { Mark } from "../state/marks.js";
import type { Direction, Drawing, Wire } from "./place.js";

const turns: Record<Direction, number> = { right: 0, down: 90, left: 180, up: 270 };
/** With more of them, moving dots are a swarm. */
const mostMoving = 24;

interface WiresProps {
  drawing: Drawing;
  marks: Mark[];
  /** Whether something is on its way. */
  isBusy: boolean;
}

/** The ways of packets: what is in use is thick and moves, what leads nowhere is broken. */
export function Wires({ drawing: { wires }, marks, isBusy }: WiresProps) {
  return (
    <g class="wires">
      {wires.map((wire) => (
        <Line
          key={wire.key}
          wire={wire}
          marks={marks}
          isMoving={isBusy && wires.length <= mostMoving}
        />
      ))}
    </g>
  );
}

function Line({ wire, marks, isMoving }: { wire: Wire; marks: Mark[]; isMoving: boolean }) {
  const { kind, target, d, tip, middle } = wire;
  const place = target?.places.length === 1 ? target.places[0] : undefined;
  const mark = place === undefined ? undefined : marks[place];
  const standing = target?.standing ?? "up";
  const isCut = standing === "down" || standing === "absent";
  const colour = mark && !isCut && standing !== "drained" ? `stroke-${mark.colour}` : "";
  const name = `${kind} ${standing} ${colour}`;
  const thickness = target && kind !== "redirected" ? 1.6 + 2.4 * target.part : undefined;
  // What cannot answer has no way back.
  if (isCut && kind === "answer") {
    return null;
  }
  return (
    <g class={`line ${name}`}>
      {kind === "tunnel" && <path class="wire tunnel-wall" d={d} />}
      <path class={`wire ${kind}`} d={d} {...(thickness && { "stroke-width": thickness })} />
      {isMoving && !isCut && (target === undefined || target.part > 0) && (
        <path class="moving" d={d} />
      )}
      <path
        class="tip"
        d="M0 0l-9-4.5v9z"
        transform={`translate(${tip.x} ${tip.y}) rotate(${turns[tip.to]})`}
      />
      {isCut && middle && kind !== "redirected" && (
        <g class="cut" transform={`translate(${middle.x} ${middle.y})`}>
          <circle r="9" />
          <path d="M-4-4 4 4M4-4-4 4" />
        </g>
      )}
    </g>
  );
}
