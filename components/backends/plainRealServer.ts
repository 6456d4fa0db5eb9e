import { z } from "zod";
import { boolean, ip, object } from "../args/validate";
import { KeepalivedMember } from "../keepalived/configuration";
import type { BackendVm } from "./backendVm";
import { memberOptions, memberProblems } from "./memberOptions";
import { MemberProperties } from "./memberProperties";
import type { NetnsBackend } from "./netnsBackend";

/** The properties of a member of a service besides its address. */
export interface RealServerOptions extends MemberProperties {
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
    for (const { path, message } of memberProblems(options)) {
      context.addIssue({ code: "custom", path, message });
    }
  })
  .transform(memberOf);

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
