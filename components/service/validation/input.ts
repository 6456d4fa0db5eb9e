import { isIpv6 } from "../../args/networks";
import { Forwarding } from "../../ipvs/forwarding";
import { Protocol } from "../../ipvs/protocols";
import { SchedulerFlag } from "../../ipvs/schedulers";
import { Persistence } from "../../ipvs/serviceLines";

/** The arguments of a service that are checked together; each is right by itself. */
export interface ServiceInput {
  director: { host: { address: string }; syncDaemons: unknown[]; localClients: boolean };
  vip?: { address: string; isShared?: boolean };
  port?: number;
  protocol?: Protocol;
  firewallMark?: number;
  family?: "ipv4" | "ipv6";
  ports?: (number | string)[];
  scheduler: string;
  schedulerFlags?: SchedulerFlag[];
  persistence?: Persistence;
  onePacket: boolean;
  members: MemberInput[];
}

/** A member in its service. */
export interface MemberInput {
  /** Its own name, where it has one. */
  label?: string;
  address: string;
  forwarding: Forwarding;
  /** 0 where it is the one that the client asked for. */
  port: number;
}

/** The address family of a service's clients. */
export function familyOf({ vip, family = "ipv4" }: Pick<ServiceInput, "vip" | "family">) {
  return vip === undefined ? family : isIpv6(vip.address) ? "ipv6" : "ipv4";
}
