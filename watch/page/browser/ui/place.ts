import type { Topology } from "../../../protocol.js";
import type { MemberFigures } from "../state/model.js";
import { standing, standings } from "../state/standing.js";
import type { Standing } from "../text/english.js";

/** A box of the drawing, px. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A member, or many that are reached in the same way and stand alike. */
export interface Target {
  key: string;
  places: number[];
  forwarding: string;
  standing: Standing;
  /** Its part of the answers, 0 to 1. */
  part: number;
  box: Box;
}

/** A way that packets take. */
export interface Wire {
  key: string;
  kind: "request" | "answer" | "tunnel" | "redirected";
  /** What it leads to; none on the clients' side, where it is of one of the clients. */
  target?: Target;
  client?: number;
  d: string;
  /** Where its arrow is, and where that points to. */
  tip: { x: number; y: number; to: Direction };
  middle?: { x: number; y: number };
}

export type Direction = "right" | "left" | "up" | "down";

export interface Drawing {
  width: number;
  height: number;
  clients: Box[];
  frame: Box;
  director: Box;
  service: Box;
  redirect?: Box;
  targets: Target[];
  wires: Wire[];
}

/** With more members than this, those that stand alike are drawn as one. */
const single = 8;
/** Of those that do not, so many are still drawn by themselves. */
const troubled = 4;

/** What is drawn at the members' side, without boxes yet. */
export function targetsOf(topology: Topology, figures: readonly MemberFigures[]): Target[] {
  const { members } = topology;
  const total = figures.reduce((sum, { answers }) => sum + answers, 0);
  const target = (key: string, places: number[]): Target => ({
    ...{ key, places },
    forwarding: members[places[0] ?? 0]?.forwarding ?? "",
    standing: standing(figures[places[0] ?? 0] ?? { state: "unknown", weight: 0 }),
    part: places.reduce((sum, place) => sum + (figures[place]?.answers ?? 0), 0) / (total || 1),
    box: { x: 0, y: 0, width: 0, height: 0 },
  });
  if (members.length <= single) {
    return members.map(({ name }, place) => target(name, [place]));
  }
  const groups = new Map<string, number[]>();
  members.forEach(({ forwarding }, place) => {
    const now = standing(figures[place] ?? { state: "unknown", weight: 0 });
    const key = `${standings.indexOf(now)} ${now} ${forwarding}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, places]) => {
      const isOrdinary = key.startsWith(`${standings.indexOf("up")} `);
      return isOrdinary || places.length > troubled
        ? [target(key, places)]
        : places.map((place) => target(members[place]?.name ?? key, [place]));
    });
}

export interface Room {
  /** px */
  width: number;
  /** Of the letters. */
  scale: number;
}

/** Places everything: from left to right where there is room, from top to bottom on a phone. */
export function place(topology: Topology, targets: Target[], room: Room): Drawing {
  return room.width >= 640 * room.scale
    ? wide(topology, targets, room)
    : tall(topology, targets, room);
}

/** Whether what answers a client does so without the director. */
export function isDirect(forwarding: string): boolean {
  return forwarding !== "masquerade";
}

const clientHeight = 40;
const memberHeight = 74;
const gap = 14;

function wide(topology: Topology, targets: Target[], { width, scale: e }: Room): Drawing {
  const rails = railsOf(targets);
  const top = rails.count > 0 ? (28 + rails.count * railGap) * e : 6 * e;
  const right = rails.count > 0 ? (18 + rails.count * railGap) * e : 0;
  const columns = { client: 136 * e, director: 196 * e, member: Math.min(312 * e, width * 0.38) };
  const membersHeight = targets.length * (memberHeight + gap) * e - gap * e;
  const frameHeight = (34 + topology.clients.length * (clientHeight + 10)) * e;
  const directorHeight = (topology.redirect ? 196 : 122) * e;
  const inner = Math.max(membersHeight, frameHeight, directorHeight);
  const middle = top + inner / 2;
  const frame = {
    ...{ x: 0.5, y: middle - frameHeight / 2, width: columns.client, height: frameHeight },
  };
  const memberX = width - right - columns.member - 1;
  const between = memberX - columns.client - columns.director;
  const director = {
    ...{ x: columns.client + between / 2, y: middle - directorHeight / 2 },
    ...{ width: columns.director, height: directorHeight },
  };
  const pill = (y: number) => ({
    ...{ x: director.x + 10 * e, y, width: director.width - 20 * e, height: 62 * e },
  });
  targets.forEach((target, index) => {
    target.box = {
      ...{ x: memberX, width: columns.member - (target.places.length > 1 ? 6 : 0) },
      height: memberHeight * e,
      y: middle - membersHeight / 2 + index * (memberHeight + gap) * e,
    };
  });
  const drawing: Drawing = {
    ...{ width, height: top + inner + 6 * e, frame, director, targets, wires: [] },
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
    const asks = curve(end, y - off, service.x, spread(service, index, clients.length) - off);
    wires.push({ key: `ask ${index}`, kind: "request", client: index, ...asks });
    if (hasReturn) {
      const back = curve(service.x, spread(service, index, clients.length) + off, end, y + off);
      wires.push({ key: `back ${index}`, kind: "answer", client: index, ...back });
    }
    if (redirect) {
      const at = spread(redirect, index, clients.length);
      const re = curve(end, y + 2.4 * off, redirect.x, at);
      wires.push({ key: `re ${index}`, kind: "redirected", client: index, ...re });
    }
  });
  targets.forEach((target, index) => {
    const y = target.box.y + target.box.height / 2;
    const from = spread(service, index, targets.length);
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
      const d = rounded([
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
    wires.push({ key: "redirect", kind: "redirected", ...curve(start, from, memberX, y) });
  }
  return drawing;
}

function tall(topology: Topology, targets: Target[], { width, scale: e }: Room): Drawing {
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
    const d = rounded([
      [rail, low],
      [rail, y],
      [box.x, y],
    ]);
    const middle = { x: (rail + box.x) / 2 + 2, y };
    wires.push({ key: `${key} in`, kind, target, d, middle, tip: { x: box.x, y, to: "right" } });
    const back = isDirect(forwarding)
      ? {
          d: rounded([
            [box.x + box.width, y],
            [width - 8 * e - rails.of(target) * railGap * e, y],
            [width - 8 * e - rails.of(target) * railGap * e, home(target)],
            [frame.x + frame.width, home(target)],
          ]),
          tip: { x: frame.x + frame.width, y: home(target), to: "left" as const },
        }
      : {
          d: rounded([
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
        ...{ key: "redirect", kind: "redirected", tip: { x: box.x, y: at, to: "right" } },
        d: rounded([
          [rail + 22 * e, low],
          [rail + 22 * e, at],
          [box.x, at],
        ]),
      });
    }
  }
  return drawing;
}

const railGap = 7;
/** More answers that go round than these share a way. */
const mostRails = 4;

/** The ways of the answers that go round the director, side by side. */
function railsOf(targets: readonly Target[]) {
  const direct = targets.filter(({ forwarding }) => isDirect(forwarding));
  return {
    count: Math.min(mostRails, direct.length),
    of: (target: Target) => direct.indexOf(target) % mostRails,
  };
}

/** Where the wire of one of many meets a box's side. */
function spread({ y, height }: Box, index: number, count: number): number {
  return y + (height * (index + 1)) / (count + 1);
}

function curve(ax: number, ay: number, bx: number, by: number): Pick<Wire, "d" | "tip" | "middle"> {
  const bend = (bx - ax) / 2;
  return {
    d: `M${ax} ${ay}C${ax + bend} ${ay} ${bx - bend} ${by} ${bx} ${by}`,
    tip: { x: bx, y: by, to: bx > ax ? "right" : "left" },
    middle: { x: (ax + bx) / 2, y: (ay + by) / 2 },
  };
}

/** A line with round corners through points. */
function rounded(points: [number, number][]): string {
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
