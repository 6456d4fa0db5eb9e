import { z } from "zod";
import type { Problem } from "../args/problems";
import { boolean, object, oneOf, port, threshold, weight } from "../args/validate";
import { forwardings } from "../ipvs/forwarding";
import { checkProblems, checkSchema } from "../keepalived/healthCheck";

/**
 * The properties of a member besides its address, as schemas (MemberProperties).
 * @internal
 */
export const memberOptions = {
  port: port.optional(),
  weight: weight.default(1),
  forwarding: oneOf(forwardings).default("masquerade"),
  tunnel: object({
    type: oneOf(["ipip", "gue", "gre"]).optional(),
    port: port.optional(),
    checksum: oneOf(["nocsum", "csum", "remcsum"]).optional(),
  }).optional(),
  upperThreshold: threshold.default(0),
  lowerThreshold: threshold.default(0),
  check: checkSchema.optional(),
  inhibitOnFailure: boolean.optional(),
};
/** @internal */
export const memberSchema = object(memberOptions);
type Member = z.infer<typeof memberSchema>;

/**
 * The contradictions between a member's options.
 * @internal
 */
export function memberProblems(options: Member): Problem[] {
  return [
    ...tunnelProblems(options),
    ...(options.check ? checkProblems(options.check) : []),
    ...thresholdProblems(options),
  ];
}

/** The combinations of tunnels' properties that ipvsadm refuses. */
export function tunnelProblems({
  forwarding,
  tunnel,
}: Pick<Member, "forwarding" | "tunnel">): Problem[] {
  if (!tunnel) {
    return [];
  }
  const { type = "ipip", port: to, checksum } = tunnel;
  if (forwarding !== "ipip") {
    return [{ path: ["tunnel"], message: `only forwarding "ipip" has one; it is "${forwarding}"` }];
  }
  if ((type === "gue") !== (to !== undefined)) {
    const message =
      type === "gue"
        ? "missing; type gue needs the real server's UDP port, from 1 to 65535"
        : `type ${type} has none, only gue has`;
    return [{ path: ["tunnel", "port"], message }];
  }
  const allowed = { ipip: [], gre: ["nocsum", "csum"], gue: ["nocsum", "csum", "remcsum"] }[type];
  const message = `type ${type} has no ${checksum ?? ""}; it has ${allowed.join(", ") || "none"}`;
  return checksum === undefined || (allowed as string[]).includes(checksum)
    ? []
    : [{ path: ["tunnel", "checksum"], message }];
}

/** The kernel also refuses a lower threshold above the upper one, even when there is no upper one. */
export function thresholdProblems({
  upperThreshold: upper,
  lowerThreshold: lower,
}: Pick<Member, "upperThreshold" | "lowerThreshold">): Problem[] {
  const message = `${lower} is above upperThreshold, which is ${upper}`;
  return lower > upper ? [{ path: ["lowerThreshold"], message }] : [];
}
