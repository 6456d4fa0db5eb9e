import type { Topology } from "../../../../protocol.js";
import type { Box, MachineFrame, Target, Wire } from "./drawing.js";

/** Heights, and the gap between members, px. */
export const clientHeight = 40;
const memberHeight = 74;
const gap = 14;
/** The room of a machine's frame above, below and beside its members, px. */
const frame = { top: 26, bottom: 9 };
export const frameSide = 8;

/** Members below each other; those of one machine are in a frame. */
interface Block {
  machine?: string;
  targets: Target[];
}

/** The members in frames of their machines, in a lab whose machines have controls; else without a frame. */
export function blocksOf({ machines, members }: Topology, targets: Target[]): Block[] {
  if (!machines || targets.some(({ places }) => places.length > 1)) {
    return [{ targets }];
  }
  const blocks: Block[] = [];
  for (const target of targets) {
    const machine = members[target.places[0] ?? 0]?.machine;
    const last = blocks.at(-1);
    if (last && last.machine === machine) {
      last.targets.push(target);
    } else {
      blocks.push({ ...(machine !== undefined && { machine }), targets: [target] });
    }
  }
  return blocks;
}

/** The height of members with their frames, px. */
export function heightOfBlocks(blocks: readonly Block[], e: number): number {
  const inner = ({ machine, targets }: Block) =>
    targets.length * (memberHeight + gap) -
    gap +
    (machine === undefined ? 0 : frame.top + frame.bottom);
  return blocks.reduce((sum, block) => sum + inner(block) + gap, -gap) * e;
}

/** Positions members below each other. @returns The machines' frames. */
export function placeBlocks(
  blocks: readonly Block[],
  { x, y: from, width }: Omit<Box, "height">,
  e: number,
): MachineFrame[] {
  let y = from;
  return blocks.flatMap(({ machine, targets }) => {
    const top = y;
    y += machine === undefined ? 0 : frame.top * e;
    for (const target of targets) {
      const isGroup = target.places.length > 1;
      target.box = { x, y, width: width - (isGroup ? 6 : 0), height: memberHeight * e };
      y += (memberHeight + gap) * e;
    }
    if (machine === undefined) {
      return [];
    }
    const bottom = y - (gap - frame.bottom) * e;
    y = bottom + gap * e;
    const side = frameSide * e;
    const box = { x: x - side, y: top, width: width + 2 * side, height: bottom - top };
    return [{ name: machine, box }];
  });
}

/** True when answers go to the client without passing the director. */
export function isDirect(forwarding: string): boolean {
  return forwarding !== "masquerade";
}

export const railGap = 7;
/** The number of lines for answers that pass the director by. More members share these. */
const maxRails = 4;

/** The lines of the answers that pass the director by, side by side. */
export function railsOf(targets: readonly Target[]) {
  const direct = targets.filter(({ forwarding }) => isDirect(forwarding));
  return {
    count: Math.min(maxRails, direct.length),
    of: (target: Target) => direct.indexOf(target) % maxRails,
  };
}

/** The height at which one of several wires meets a box's side. */
export function heightOf({ y, height }: Box, index: number, count: number): number {
  return y + (height * (index + 1)) / (count + 1);
}

export function curve(
  ax: number,
  ay: number,
  bx: number,
  by: number,
): Pick<Wire, "d" | "tip" | "middle"> {
  const bend = (bx - ax) / 2;
  return {
    d: `M${ax} ${ay}C${ax + bend} ${ay} ${bx - bend} ${by} ${bx} ${by}`,
    tip: { x: bx, y: by, to: bx > ax ? "right" : "left" },
    middle: { x: (ax + bx) / 2, y: (ay + by) / 2 },
  };
}

/** A path through points, with round corners. */
export function roundedPath(points: [number, number][]): string {
  const radius = 8;
  return points
    .map(([x, y], index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (!before || !after) {
        return `${before ? "L" : "M"}${x} ${y}`;
      }
      const towards = ([tx, ty]: [number, number]) => {
        const length = Math.hypot(tx - x, ty - y) || 1;
        const part = Math.min(radius, length / 2) / length;
        return `${x + (tx - x) * part} ${y + (ty - y) * part}`;
      };
      return `L${towards(before)}Q${x} ${y} ${towards(after)}`;
    })
    .join("");
}
