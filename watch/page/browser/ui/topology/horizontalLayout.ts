import type { Topology } from "../../../../protocol.js";
import type { Drawing, Room, Target } from "./drawing.js";
import {
  blocksOf,
  clientHeight,
  curve,
  frameSide,
  heightOf,
  heightOfBlocks,
  isDirect,
  placeBlocks,
  railGap,
  railsOf,
  roundedPath,
} from "./geometry.js";

/** The gap between two directors, where they synchronise their connections, px. */
const directorGap = 36;

/** Positions everything from left to right. */
export function horizontalLayout(
  topology: Topology,
  targets: Target[],
  { width, scale: e, acting, isCutOff }: Room,
): Drawing {
  const rails = railsOf(targets);
  const top = rails.count > 0 ? (28 + rails.count * railGap) * e : 6 * e;
  const right = rails.count > 0 ? (18 + rails.count * railGap) * e : 0;
  const isWide = topology.machines !== undefined;
  const columns = {
    client: 136 * e,
    director: (isWide ? 222 : 196) * e,
    member: Math.min(312 * e, width * 0.38),
  };
  const blocks = blocksOf(topology, targets);
  const inset = blocks[0]?.machine === undefined ? 0 : frameSide * e;
  const membersHeight = heightOfBlocks(blocks, e);
  const frameHeight = (34 + topology.clients.length * (clientHeight + 10)) * e;
  const directorHeight = (topology.redirect ? 196 : 122) * e;
  const count = 1 + (topology.moreDirectors?.length ?? 0);
  const directorsHeight = count * (directorHeight + directorGap * e) - directorGap * e;
  const inner = Math.max(membersHeight, frameHeight, directorsHeight);
  const middle = top + inner / 2;
  const frame = {
    ...{ x: 0.5, y: middle - frameHeight / 2, width: columns.client, height: frameHeight },
  };
  const memberX = width - right - columns.member - 1 - inset;
  const between = memberX - inset - columns.client - columns.director;
  const boxes = Array.from({ length: count }, (_, place) => ({
    x: columns.client + between / 2,
    y: middle - directorsHeight / 2 + place * (directorHeight + directorGap * e),
    ...{ width: columns.director, height: directorHeight },
  }));
  const director = boxes[acting] ?? { x: 0, y: 0, width: 0, height: 0 };
  const pill = (y: number, of = director) => ({
    ...{ x: of.x + 10 * e, y, width: of.width - 20 * e, height: 62 * e },
  });
  const place = { x: memberX, y: middle - membersHeight / 2, width: columns.member };
  const machines = placeBlocks(blocks, place, e);
  const drawing: Drawing = {
    ...{ width, height: top + inner + 6 * e, frame, machines, targets, wires: [] },
    directors: boxes.map((box) => ({ box, address: pill(box.y + 48 * e, box) })),
    synchronised: boxes.slice(1).map(({ x, y, width: of }, index) => ({
      places: [index, index + 1],
      ...{ x: x + of / 2, y1: y - directorGap * e, y2: y },
    })),
    clients: topology.clients.map((_, index) => ({
      ...{ x: frame.x + 8 * e, width: frame.width - 16 * e, height: clientHeight * e },
      y: frame.y + (30 + index * (clientHeight + 10)) * e,
    })),
    service: pill(director.y + 48 * e),
    ...(topology.redirect && { redirect: pill(director.y + 122 * e) }),
  };
  const { service, redirect, wires, clients } = drawing;
  const off = 5 * e;
  const hasReturn = targets.some(({ forwarding }) => !isDirect(forwarding));
  clients.forEach((client, index) => {
    const y = client.y + client.height / 2;
    const end = client.x + client.width;
    const asks = curve(end, y - off, service.x, heightOf(service, index, clients.length) - off);
    const isCut = isCutOff && { isCut: true };
    wires.push({ key: `ask ${index}`, kind: "request", client: index, ...asks, ...isCut });
    if (hasReturn && !isCutOff) {
      const back = curve(service.x, heightOf(service, index, clients.length) + off, end, y + off);
      wires.push({ key: `back ${index}`, kind: "answer", client: index, ...back });
    }
    if (redirect) {
      const at = heightOf(redirect, index, clients.length);
      const re = curve(end, y + 2.4 * off, redirect.x, at);
      wires.push({ key: `re ${index}`, kind: "redirected", client: index, ...re });
    }
  });
  targets.forEach((target, index) => {
    const y = target.box.y + target.box.height / 2;
    const from = heightOf(service, index, targets.length);
    const start = service.x + service.width;
    const kind = target.forwarding === "ipip" ? "tunnel" : "request";
    const shift = isDirect(target.forwarding) ? 0 : off;
    const key = `${target.key} `;
    wires.push({
      key: `${key}in`,
      kind,
      target,
      ...curve(start, from - shift, memberX, y - shift),
    });
    if (isDirect(target.forwarding)) {
      const out = target.box.x + target.box.width;
      const shifted = rails.of(target) * railGap * e;
      const rail = width - 8 * e - shifted;
      const centre = frame.x + frame.width / 2 - shifted;
      const over = 12 * e + shifted;
      const d = roundedPath([
        [out, y],
        [rail, y],
        [rail, over],
        [centre, over],
        [centre, frame.y],
      ]);
      const tip = { x: centre, y: frame.y, to: "down" as const };
      wires.push({ key: `${key}out`, kind: "answer", target, d, tip });
    } else {
      const back = curve(memberX, y + shift, start, from + shift);
      wires.push({ key: `${key}out`, kind: "answer", target, ...back });
    }
  });
  const fixed = targets.find(({ places }) => places.includes(topology.redirect?.member ?? -1));
  if (redirect && fixed) {
    const y = fixed.box.y + fixed.box.height * 0.82;
    const start = redirect.x + redirect.width;
    const from = redirect.y + redirect.height / 2;
    wires.push({
      key: "redirect",
      kind: "redirected",
      target: fixed,
      ...curve(start, from, memberX, y),
    });
  }
  return drawing;
}
