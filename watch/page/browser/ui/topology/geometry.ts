import type { Box, Target, Wire } from "./drawing.js";

/** Heights, and the gap between members, px. */
export const clientHeight = 40;
export const memberHeight = 74;
export const gap = 14;

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
