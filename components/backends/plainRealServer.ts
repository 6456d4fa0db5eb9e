import { z } from "zod";
import type { Problem } from "../args/problems";
import { boolean, ip, object } from "../args/validate";
import { Forwarding, Tunnel } from "../ipvs/forwarding";
import { KeepalivedMember } from "../keepalived/configuration";
import { Check, checkProblems, checkSchema } from "../keepalived/healthCheck";
import type { BackendVm } from "./backendVm";
import { memberOptions, thresholdProblems, tunnelProblems } from "./memberOptions";
import type { NetnsBackend } from "./netnsBackend";

/** The properties of a member of a service besides its address. */
export interface RealServerOptions {
  /**
   * The member's port. @default the backend's, or else the service's; in a service of several ports, the port that the
   * client used
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
  /**
   * Keeps a weight that somebody has set by hand; previews name it. Only with engine "ipvsadm".
   * @default false: up sets it to what is declared
   */
  keepWeight?: boolean;
}

/** A member of one service, in plain values. Unlike a RealServer it is no resource. */
export interface PlainRealServer extends RealServerOptions {
  /** The member's IPv4 or IPv6 address. */
  address: string;
}

/** A member of a service: a RealServer, or one of plain values. */
export interface Member extends Omit<KeepalivedMember, "port"> {
  /** Its name in this program; without one, its address. */
  label: string;
  keepWeight: boolean;
  backend?: BackendVm | NetnsBackend;
  /** The member's port in a service of such a port; 0 stands for the port that the client used. */
  portIn(servicePort: number): number;
}

/** @internal */
export const realServerOptions = {
  ...memberOptions,
  check: checkSchema.optional(),
  inhibitOnFailure: boolean.default(false),
  keepWeight: boolean.default(false),
};
/** @internal */
type ValidOptions = z.infer<z.ZodObject<typeof realServerOptions>>;

/**
 * The arguments of a member of plain values, which become the member.
 * @internal
 */
export const plainRealServer = object({ address: ip, ...realServerOptions })
  .superRefine((options, context) => {
    for (const { path, message } of optionProblems(options)) {
      context.addIssue({ code: "custom", path, message });
    }
  })
  .transform(memberOf);

/**
 * The contradictions between a member's options.
 * @internal
 */
export function optionProblems(options: ValidOptions): Problem[] {
  return [
    ...tunnelProblems(options),
    ...(options.check ? checkProblems(options.check) : []),
    ...thresholdProblems(options),
  ];
}

/** A member's part of a service, for the kernel and for keepalived's checks. */
export function partOf(member: Member, servicePort: number): KeepalivedMember {
  const { address, forwarding, tunnel, weight, upperThreshold, lowerThreshold } = member;
  const { check, inhibitOnFailure } = member;
  const port = member.portIn(servicePort);
  const options = { forwarding, tunnel, weight, upperThreshold, lowerThreshold };
  return { address, port, ...options, check, inhibitOnFailure };
}

function memberOf({ port, ...options }: ValidOptions & { address: string }): Member {
  return { ...options, label: options.address, portIn: (servicePort) => port ?? servicePort };
}
