import type { Topology } from "../../../../protocol.js";
import type { Drawing, Room, Target } from "./drawing.js";
import { tall } from "./tall.js";
import { wide } from "./wide.js";

/** Places everything: from left to right where there is room, from top to bottom on a phone. */
export function place(topology: Topology, targets: Target[], room: Room): Drawing {
  return room.width >= 640 * room.scale
    ? wide(topology, targets, room)
    : tall(topology, targets, room);
}
