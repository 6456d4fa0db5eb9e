import type { Topology } from "../../../../protocol.js";
import type { Drawing, Room, Target } from "./drawing.js";
import { tall } from "./tall.js";
import { wide } from "./wide.js";

/** Positions everything: from left to right on a wide screen, from top to bottom on a narrow one. */
export function place(topology: Topology, targets: Target[], room: Room): Drawing {
  return room.width >= 640 * room.scale
    ? wide(topology, targets, room)
    : tall(topology, targets, room);
}
