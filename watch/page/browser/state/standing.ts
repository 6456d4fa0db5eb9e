import type { MemberSample } from "../../../protocol.js";
import type { Standing } from "../text/english.js";

/** A member's status. A member that is up but has weight 0 gets no new connections, so it counts as drained. */
export function standing({ state, weight }: Pick<MemberSample, "state" | "weight">): Standing {
  return state === "up" && weight === 0 ? "drained" : state;
}

/** The worst first. */
export const standings: readonly Standing[] = ["down", "absent", "drained", "unknown", "up"];
