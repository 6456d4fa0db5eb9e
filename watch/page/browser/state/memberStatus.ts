import type { MemberSample } from "../../../protocol.js";
import type { MemberStatus } from "../text/english.js";
import { topology } from "./model.js";

/** A member's status. A member that is up but has weight 0 gets no new connections, so it counts as drained. */
export function statusOf({ state, weight }: Pick<MemberSample, "state" | "weight">): MemberStatus {
  return state === "up" && weight === 0 ? "drained" : state;
}

/** The worst first. */
export const statuses: readonly MemberStatus[] = ["down", "absent", "drained", "unknown", "up"];

/**
 * The type of the health check that has taken a member out, by what the kernel's table lacks of what is declared: the
 * member itself, or its weight. Undefined for a member that is in the table, and for one without a check.
 */
export function checkThatFails(name: string, status: MemberStatus): string | undefined {
  const { check, members = [] } = topology.value ?? {};
  const declared = members.find((member) => member.name === name)?.weight ?? 0;
  const isOut = status === "absent" || (status === "drained" && declared > 0);
  return isOut ? check?.type : undefined;
}
