import { z } from "zod";
import type { Problem } from "../args/problems";
import { boolean, object, oneOf, port, threshold, weight } from "../args/validate";
import { Forwarding, forwardings, Tunnel } from "../ipvs/forwarding";
import { Check, checkProblems, checkSchema } from "../keepalived/healthCheck";

/** The properties that a member may have wherever it is declared: a RealServer, plain values, a row of a table. */
export interface MemberProperties {
  /**
   * The member's port. @default that of its backend, or else the service's; in a service of several ports, the port that
   * the client used
   */
  port?: number;
  /**
   * Share of the connections, 0 to 65535; with 0 it gets no new ones (an existing UDP flow stays until it has been
   * silent for a while). @default 1
   */
  weight?: number;
  /**
   * "masquerade": the director translates addresses, and answers go back through it. "gate": direct
   * routing, the real server is on the director's network. "ipip": through a tunnel. With these two the
   * real server answers clients itself and must have the virtual address; a backend of this program is set up for that.
   * @default "masquerade"
   */
  forwarding?: Forwarding;
  /** The encapsulation of the tunnel; only with forwarding "ipip". @default IP in IP */
  tunnel?: Tunnel;
  /** Above so many connections it gets no new ones; closed ones count for two minutes. 0 is no limit. @default 0 */
  upperThreshold?: number;
  /** Below so many connections it gets new ones again; 0 lets the kernel choose. @default 0 */
  lowerThreshold?: number;
  /**
   * keepalived's health check of the member; only with a director whose engine is "keepalived".
   * @default with that engine: a TCP connection can be opened
   */
  check?: Check;
  /**
   * Keeps a member that fails its check, with weight 0, so that its connections may end, instead of removing it; only
   * with engine "keepalived". @default false
   */
  inhibitOnFailure?: boolean;
}

/**
 * The same as schemas.
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
