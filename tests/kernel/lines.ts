import { type Protocol } from "../../components/ipvs/protocols";
import {
  type MemberOptions,
  type ServiceAddress,
  serviceLines,
  type ServiceOptions,
} from "../../components/ipvs/serviceLines";
import type { Family } from "./topology";

/** A virtual service and its members: what IpvsService and RealServer make lines of. */
export interface Service extends ServiceOptions {
  family: Family;
  vip?: string;
  port?: number;
  protocol?: Protocol;
  firewallMark?: number;
  realServers: MemberOptions[];
}

/** The lines that the components send to a machine for it. */
export function linesOf(service: Service): string[] {
  return serviceLines({ ...addressOf(service), ...service }, service.realServers);
}

/** The line that adds a member, or another command for it. */
export function memberLine(service: Service, member: MemberOptions, command = "-a"): string {
  const [, line = ""] = linesOf({ ...service, realServers: [member] });
  return line.replace(/^-a/, command);
}

function addressOf({ family, vip = "", port = 0, protocol = "tcp", firewallMark }: Service) {
  const address: ServiceAddress =
    firewallMark === undefined ? { protocol, address: vip, port } : { firewallMark, family };
  return address;
}
