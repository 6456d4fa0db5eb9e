import type { Topology } from "../../../../protocol.js";
import { statusOf, statuses } from "../../state/memberStatus.js";
import type { MemberFigures } from "../../state/model.js";
import type { MemberStatus } from "../../text/english.js";

/** A box of the drawing, px. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A member, or a group of members with the same forwarding method and status. */
export interface Target {
  key: string;
  places: number[];
  forwarding: string;
  status: MemberStatus;
  /** Its share of the answers, 0 to 1. */
  share: number;
  box: Box;
}

/** A line of the drawing that packets follow. */
export interface Wire {
  key: string;
  kind: "request" | "answer" | "tunnel" | "redirected";
  /** The members at its end; undefined on the clients' side, where `client` is set. */
  target?: Target;
  client?: number;
  d: string;
  /** The position and direction of its arrowhead. */
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

/** The number of members up to which each is drawn by itself. Beyond it, members that are alike are drawn as one. */
const maxSeparate = 8;
/** Up to this many members that are alike and not up are still drawn by themselves. */
const maxSeparateNotUp = 4;

/** The members' side of the drawing, without positions yet. */
export function targetsOf(topology: Topology, figures: readonly MemberFigures[]): Target[] {
  const { members } = topology;
  const total = figures.reduce((sum, { answers }) => sum + answers, 0);
  const target = (key: string, places: number[]): Target => ({
    ...{ key, places },
    forwarding: members[places[0] ?? 0]?.forwarding ?? "",
    status: statusOf(figures[places[0] ?? 0] ?? { state: "unknown", weight: 0 }),
    share: places.reduce((sum, place) => sum + (figures[place]?.answers ?? 0), 0) / (total || 1),
    box: { x: 0, y: 0, width: 0, height: 0 },
  });
  if (members.length <= maxSeparate) {
    return members.map(({ name }, place) => target(name, [place]));
  }
  const groups = new Map<string, number[]>();
  members.forEach(({ forwarding }, place) => {
    const now = statusOf(figures[place] ?? { state: "unknown", weight: 0 });
    const key = `${statuses.indexOf(now)} ${now} ${forwarding}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, places]) => {
      const isOrdinary = key.startsWith(`${statuses.indexOf("up")} `);
      return isOrdinary || places.length > maxSeparateNotUp
        ? [target(key, places)]
        : places.map((place) => target(members[place]?.name ?? key, [place]));
    });
}

export interface Room {
  /** px */
  width: number;
  /** The relative size of the letters. */
  scale: number;
}
