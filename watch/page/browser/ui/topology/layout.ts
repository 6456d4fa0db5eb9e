import type { Topology } from "../../../../protocol.js";
import type { Drawing, Room, Target } from "./drawing.js";
import { horizontalLayout } from "./horizontalLayout.js";
import { verticalLayout } from "./verticalLayout.js";

/** Positions everything: from left to right on a wide screen, from top to bottom on a narrow one. */
export function layOut(topology: Topology, targets: Target[], room: Room): Drawing {
  // Directors and machines with their states are wider.
  return room.width >= (topology.machines ? 760 : 640) * room.scale
    ? horizontalLayout(topology, targets, room)
    : verticalLayout(topology, targets, room);
}
