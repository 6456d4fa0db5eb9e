import type { Topology } from "../../../../protocol.js";
import type { Direction, DirectorBoxes, Drawing, Room, Target, Wire } from "./drawing.js";
import {
  blocksOf,
  clientHeight,
  frameSide,
  heightOfBlocks,
  isDirect,
  placeBlocks,
  railGap,
  railsOf,
  roundedPath,
} from "./geometry.js";

/** The height of a director that does not have the address, and the gap above it, px. */
const [standbyHeight, standbyGap] = [86, 26];

/** Positions everything from top to bottom, the director that has the address above the others. */
export function verticalLayout(
  topology: Topology,
  targets: Target[],
  { width, scale: e, acting, isCutOff }: Room,
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
  const count = 1 + (topology.moreDirectors?.length ?? 0);
  const others = Array.from({ length: count }, (_, place) => place).filter((one) => one !== acting);
  const step = (standbyHeight + standbyGap) * e;
  const directors = Array.from({ length: count }, (_, place): DirectorBoxes => {
    if (place === acting) {
      return { box: director, address: pill(directorY + 46 * e) };
    }
    const y = directorY + directorHeight + standbyGap * e + others.indexOf(place) * step;
    const box = { x: inset, y, width: inner - inset, height: standbyHeight * e };
    const address = { x: inset + 10 * e, width: box.width - 20 * e, y: y + 46 * e, height: 30 * e };
    return { box, address };
  });
  const membersY = directorY + directorHeight + others.length * step + 30 * e;
  const blocks = blocksOf(topology, targets);
  const side = blocks[0]?.machine === undefined ? 0 : frameSide * e;
  const place = { x: inset, y: membersY, width: inner - inset - side };
  const machines = placeBlocks(blocks, place, e);
  const drawing: Drawing = {
    ...{ width, frame, directors, machines, targets, wires: [] },
    height: membersY + heightOfBlocks(blocks, e) + 14 * e,
    synchronised: others.map((place, index) => {
      const y2 = directorY + directorHeight + standbyGap * e + index * step;
      return {
        places: [others[index - 1] ?? acting, place],
        x: inner / 2,
        y1: y2 - standbyGap * e,
        y2,
      };
    }),
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
    const middle = { x, y: (from + to) / 2 };
    const isCut = isCutOff && kind === "request" && { isCut: true };
    wires.push({ key, kind, d: `M${x} ${from}V${to}`, tip, middle, ...isCut });
  };
  const centre = inner / 2;
  asks("ask", centre - 24 * e, "request");
  if (targets.some(({ forwarding }) => !isDirect(forwarding)) && !isCutOff) {
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
