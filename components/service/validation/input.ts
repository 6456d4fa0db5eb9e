import { isIpv6 } from "../../args/networks";
import { Forwarding } from "../../ipvs/forwarding";
import { Protocol } from "../../ipvs/protocols";
import { SchedulerFlag } from "../../ipvs/schedulers";
import { Persistence } from "../../ipvs/serviceLines";

/** The arguments of a service that are checked together; each is valid by itself. */
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

/** A member of a service. */
export interface MemberInput {
  /** Its own name, if it has one. */
  label?: string;
  address: string;
  forwarding: Forwarding;
  /** 0 stands for the port that the client used. */
  port: number;
}

/** The address family of a service's clients. */
export function familyOf({ vip, family = "ipv4" }: Pick<ServiceInput, "vip" | "family">) {
  return vip === undefined ? family : isIpv6(vip.address) ? "ipv6" : "ipv4";
}
