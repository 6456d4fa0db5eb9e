import type { Check } from "../../../components/keepalived/healthCheck.js";
import type { Findings } from "./findings.js";
import type { ImportedMember } from "./model.js";
import type { Origin } from "./origin.js";

/** A member without options, as ipvsadm makes it. */
export function plainMember(
  place: { address: string; port: number },
  origin: Origin,
): ImportedMember {
  return {
    ...{ ...place, weight: 1, forwarding: "gate", upperThreshold: 0, lowerThreshold: 0 },
    ...{ inhibitOnFailure: false, origin },
  };
}

/** A member with the port that it has in a service: direct routing and tunnels leave a packet's as it is. */
export function placed(
  member: ImportedMember,
  servicePort: number,
  findings: Findings,
): ImportedMember {
  const { forwarding, port, check, origin } = member;
  if (port === 0) {
    return { ...member, port: servicePort };
  }
  if (forwarding === "masquerade" || servicePort === 0 || port === servicePort) {
    return member;
  }
  findings.omit(
    origin,
    `its port ${port} has no effect, because forwarding ${forwarding} leaves packets the service's ${servicePort}`,
  );
  return { ...member, port: servicePort, ...askedAt(check, port) };
}

/** The check of a member that loses its port: it asks the port that the file gives all the same. */
export function askedAt(check: Check | undefined, port: number): { check?: Check } {
  return check && check.type !== "script" && check.type !== "ping"
    ? { check: { ...check, port: check.port ?? port } }
    : {};
}

/** The times of a check. */
export type Rhythm = Pick<Check, "timeout" | "interval" | "retries" | "retryDelay">;

/** Those of a check, where they are not those that a Check has by itself. */
export function rhythm({
  timeout,
  interval,
  retries,
  retryDelay = 1,
}: Required<Pick<Check, "timeout" | "interval" | "retries">> & Pick<Check, "retryDelay">): Rhythm {
  return {
    ...(timeout === 2 ? {} : { timeout }),
    ...(interval === 2 ? {} : { interval }),
    ...(retries === 1 ? {} : { retries }),
    ...(retries === 0 || retryDelay === 1 ? {} : { retryDelay }),
  };
}
