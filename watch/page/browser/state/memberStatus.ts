import type { MemberSample } from "../../../protocol.js";
import type { MemberStatus } from "../text/english.js";

/** A member's status. A member that is up but has weight 0 gets no new connections, so it counts as drained. */
export function statusOf({ state, weight }: Pick<MemberSample, "state" | "weight">): MemberStatus {
  return state === "up" && weight === 0 ? "drained" : state;
}

/** The worst first. */
export const statuses: readonly MemberStatus[] = ["down", "absent", "drained", "unknown", "up"];
