import type { Topology } from "../../../../protocol.js";
import type { Direction, Drawing, Room, Target, Wire } from "./drawing.js";
import {
  clientHeight,
  gap,
  isDirect,
  memberHeight,
  railGap,
  railsOf,
  roundedPath,
} from "./geometry.js";

/** Positions everything from top to bottom. */
export function verticalLayout(
  topology: Topology,
  targets: Target[],
  { width, scale: e }: Room,
): Drawing {
  const rails = railsOf(targets);
  const right = rails.count > 0 ? (16 + rails.count * railGap) * e : 0;
  const inner = width - right - 1;
  const perRow = 2;
  const rows = Math.ceil(topology.clients.length / perRow);
  const frame = { x: 0.5, y: 1, width: inner, height: (34 + rows * (clientHeight + 8)) * e };
  const clientWidth = (inner - 24 * e) / perRow;
  const directorY = frame.y + frame.height + 44 * e;
  const directorHeight = (topology.redirect ? 190 : 118) * e;
  const director = { x: 0.5, y: directorY, width: inner, height: directorHeight };
  const pill = (y: number) => ({
    ...{ x: director.x + 10 * e, y, width: director.width - 20 * e, height: 60 * e },
  });
  const inset = 48 * e;
  const membersY = directorY + directorHeight + 30 * e;
  targets.forEach((target, index) => {
    target.box = {
      ...{ x: inset, width: inner - inset - (target.places.length > 1 ? 6 : 0) },
      height: memberHeight * e,
      y: membersY + index * (memberHeight + gap) * e,
    };
  });
  const drawing: Drawing = {
    ...{ width, frame, director, targets, wires: [] },
    height: membersY + targets.length * (memberHeight + gap) * e,
    clients: topology.clients.map((_, index) => ({
      x: frame.x + 8 * e + (index % perRow) * (clientWidth + 8 * e),
      y: frame.y + (30 + Math.floor(index / perRow) * (clientHeight + 8)) * e,
      ...{ width: clientWidth, height: clientHeight * e },
    })),
    service: pill(directorY + 46 * e),
    ...(topology.redirect && { redirect: pill(directorY + 118 * e) }),
  };
  const { wires } = drawing;
  const low = directorY + directorHeight;
  const bottom = frame.y + frame.height;
  const asks = (key: string, x: number, kind: Wire["kind"], isBack = false) => {
    const [from, to] = isBack ? [directorY, bottom] : [bottom, directorY];
    const direction: Direction = isBack ? "up" : "down";
    const tip = { x, y: to, to: direction };
    wires.push({ key, kind, d: `M${x} ${from}V${to}`, tip });
  };
  const centre = inner / 2;
  asks("ask", centre - 24 * e, "request");
  if (targets.some(({ forwarding }) => !isDirect(forwarding))) {
    asks("back", centre - 12 * e, "answer", true);
  }
  if (topology.redirect) {
    asks("re", centre + 16 * e, "redirected");
  }
  const home = (target: Target) => frame.y + frame.height / 2 - rails.of(target) * railGap * e;
  for (const target of targets) {
    const { key, box, forwarding } = target;
    const y = box.y + box.height * 0.4;
    const rail = 12 * e;
    const kind = forwarding === "ipip" ? "tunnel" : "request";
    const d = roundedPath([
      [rail, low],
      [rail, y],
      [box.x, y],
    ]);
    const middle = { x: (rail + box.x) / 2 + 2, y };
    wires.push({ key: `${key} in`, kind, target, d, middle, tip: { x: box.x, y, to: "right" } });
    const back = isDirect(forwarding)
      ? {
          d: roundedPath([
            [box.x + box.width, y],
            [width - 8 * e - rails.of(target) * railGap * e, y],
            [width - 8 * e - rails.of(target) * railGap * e, home(target)],
            [frame.x + frame.width, home(target)],
          ]),
          tip: { x: frame.x + frame.width, y: home(target), to: "left" as const },
        }
      : {
          d: roundedPath([
            [box.x, y + 12 * e],
            [rail + 11 * e, y + 12 * e],
            [rail + 11 * e, low],
          ]),
          tip: { x: rail + 11 * e, y: low, to: "up" as const },
        };
    wires.push({ key: `${key} out`, kind: "answer", target, ...back });
    if (topology.redirect && target.places.includes(topology.redirect.member)) {
      const at = box.y + box.height * 0.82;
      wires.push({
        ...{ key: "redirect", kind: "redirected", target, tip: { x: box.x, y: at, to: "right" } },
        d: roundedPath([
          [rail + 22 * e, low],
          [rail + 22 * e, at],
          [box.x, at],
        ]),
      });
    }
  }
  return drawing;
}
