import type { Member, Topology } from "../../../../protocol.js";
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
  /** True when no packet gets through to the director. */
  isCut?: boolean;
}

export type Direction = "right" | "left" | "up" | "down";

/** A director, and the place for the virtual address in it. */
export interface DirectorBoxes {
  box: Box;
  address: Box;
}

/** A machine around its members. */
export interface MachineFrame {
  name: string;
  box: Box;
}

export interface Drawing {
  width: number;
  height: number;
  clients: Box[];
  frame: Box;
  /** In the topology's order. */
  directors: DirectorBoxes[];
  /** Lines between two directors that synchronise their connections. */
  synchronised: { places: [number, number]; x: number; y1: number; y2: number }[];
  /** The machines of the members, in a lab whose machines have controls. */
  machines: MachineFrame[];
  /** The place for the virtual address in the director that has it. */
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
    const each = members.map(({ name }, place) => target(name, [place]));
    return topology.machines ? byMachine(members, each) : each;
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

/** Members of one machine beside each other, otherwise in their order. */
function byMachine(members: readonly Member[], targets: Target[]): Target[] {
  const machineOf = ({ places }: Target) => members[places[0] ?? 0]?.machine;
  const machines = [...new Set(targets.map(machineOf))];
  return machines.flatMap((machine) => targets.filter((one) => machineOf(one) === machine));
}

export interface Room {
  /** px */
  width: number;
  /** The relative size of the letters. */
  scale: number;
  /** The place of the director that has the virtual address, or had it last. */
  acting: number;
  /** True when requests do not get to it. */
  isCutOff: boolean;
}
