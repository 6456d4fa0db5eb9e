import type { MemberSample } from "../../../protocol.js";
import type { Standing } from "../text/english.js";

/** A member of weight 0 that would answer gets no new connections: that is what there is to see. */
export function standing({ state, weight }: Pick<MemberSample, "state" | "weight">): Standing {
  return state === "up" && weight === 0 ? "drained" : state;
}

/** The worst first. */
export const standings: readonly Standing[] = ["down", "absent", "drained", "unknown", "up"];
