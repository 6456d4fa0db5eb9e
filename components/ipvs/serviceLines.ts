import { place } from "../args/place";
import { Forwarding, forwardingOptions, Tunnel } from "./forwarding";
import { Protocol, protocolOptions } from "./protocols";
import { Scheduler, SchedulerFlag } from "./schedulers";

/** Keeps a client with the real server that it got first (ipvsadm(8), --persistent). */
export interface Persistence {
  /**
   * Seconds for which a client stays after its last connection is forgotten, 1 to 2678400. A TCP connection is
   * forgotten timeouts.tcpFin of the Director (120 s) after its end, and the kernel checks once a minute.
   * @default 360, as ipvsadm has it
   */
  timeout?: number;
  /**
   * Clients of one network stay together: a mask such as "255.255.255.0", or a prefix for IPv6, 1 to 128. With
   * "0.0.0.0" all clients use the same member, such as the one database that accepts writes.
   */
  netmask?: string | number;
  /** "sip": calls stay together by their Call-ID besides the client's address; UDP only. */
  engine?: "sip";
}

/** The key of a virtual service, unique on its director. */
export type ServiceAddress =
  | { protocol: Protocol; address: string; port: number }
  /** Packets that carry a mark, whoever set it. */
  | { firewallMark: number; family: "ipv4" | "ipv6" };

export interface ServiceOptions {
  scheduler: Scheduler;
  schedulerFlags?: SchedulerFlag[];
  persistence?: Persistence;
  onePacket?: boolean;
}

export interface MemberOptions {
  address: string;
  port: number;
  forwarding: Forwarding;
  tunnel?: Tunnel;
  weight: number;
  upperThreshold: number;
  lowerThreshold: number;
}

/** A service's key in ipvsadm's syntax: "-t 10.10.10.100:80", "-f 1 -6". */
export function serviceKey(service: ServiceAddress): string {
  return "firewallMark" in service
    ? `-f ${service.firewallMark}${service.family === "ipv6" ? " -6" : ""}`
    : `${protocolOptions[service.protocol]} ${place(service.address, service.port)}`;
}

/**
 * The lines of `ipvsadm -R` for a service and its members. They are exactly those that `ipvsadm -Sn` prints afterwards,
 * except for the thresholds, which it leaves out.
 */
export function serviceLines(
  service: ServiceAddress & ServiceOptions,
  members: MemberOptions[],
): string[] {
  const key = serviceKey(service);
  return [
    `-A ${key} -s ${service.scheduler}${serviceOptions(service)}`,
    ...members.map(
      (m) =>
        `-a ${key} -r ${place(m.address, m.port)} ${forwardingOptions[m.forwarding]} -w ${m.weight}` +
        (m.forwarding === "ipip" ? tunnelOptions(m.tunnel) : "") +
        thresholdOptions(m.upperThreshold, m.lowerThreshold),
    ),
  ];
}

function serviceOptions({ persistence, onePacket, ...service }: ServiceOptions): string {
  const { timeout = 360, netmask, engine } = persistence ?? {};
  const groups = netmask !== undefined && netmask !== 128 && netmask !== "255.255.255.255";
  const flags = namedFlags(service);
  return [
    persistence ? ` -p ${timeout}` : "",
    groups ? ` -M ${netmask}` : "",
    engine ? ` --pe ${engine}` : "",
    onePacket ? " -o" : "",
    flags.length > 0 ? ` -b ${flags.join(",")}` : "",
  ].join("");
}

/** A scheduler's flags with ipvsadm's names and in its order. */
export function namedFlags({ scheduler, schedulerFlags = [] }: ServiceOptions): SchedulerFlag[] {
  return schedulerFlags.map((flag) => named(scheduler, flag)).sort();
}

/** sh and mh have names for the first two flags, and ipvsadm prints those. */
function named(scheduler: Scheduler, flag: SchedulerFlag): SchedulerFlag {
  if (scheduler !== "sh" && scheduler !== "mh") {
    return flag;
  }
  return flag === "flag-1"
    ? `${scheduler}-fallback`
    : flag === "flag-2"
      ? `${scheduler}-port`
      : flag;
}

function tunnelOptions({ type = "ipip", port, checksum = "nocsum" }: Tunnel = {}): string {
  const to = type === "gue" ? ` --tun-port ${port}` : "";
  return ` --tun-type ${type}${to}${type === "ipip" ? "" : ` --tun-${checksum}`}`;
}

/** " -x 100 -y 50"; 0 is the kernel's default and is omitted. */
export function thresholdOptions(upper: number, lower: number): string {
  return (upper > 0 ? ` -x ${upper}` : "") + (lower > 0 ? ` -y ${lower}` : "");
}
