import { z } from "zod";
import { place } from "../args/place";
import type { Problem } from "../args/problems";
import { ip, listOf, object } from "../args/validate";
import { memberOptions, thresholdProblems, tunnelProblems } from "../backends/memberOptions";
import { Forwarding, Tunnel } from "../ipvs/forwarding";
import { Protocol } from "../ipvs/protocols";
import { Scheduler, SchedulerFlag } from "../ipvs/schedulers";
import { Persistence, ServiceAddress, serviceKey, serviceLines } from "../ipvs/serviceLines";
import { serviceOptions, servicePlace } from "../service/serviceSchema";
import { ServiceInput, MemberInput } from "../service/validation/input";
import { optionProblems } from "../service/validation/options";

/** A virtual service of a table, in plain values. */
export interface TableService {
  /** The IPv4 or IPv6 address that clients use; omit it with a firewall mark. */
  address?: string;
  /** The port that clients use, 1 to 65535; 0 is every port of the address, and needs persistence. */
  port?: number;
  /** "tcp", "udp" or "sctp". @default "tcp" */
  protocol?: Protocol;
  /**
   * Instead of address and port: the service takes packets that carry this mark, 1 to 2147483647; somebody else sets
   * it.
   */
  firewallMark?: number;
  /** The address family of the marked packets: "ipv4" or "ipv6". @default "ipv4" */
  family?: "ipv4" | "ipv6";
  /** The scheduler, which chooses the next real server. @default "wlc", as in the kernel */
  scheduler?: Scheduler;
  /** Flags of the scheduler. */
  schedulerFlags?: SchedulerFlag[];
  /** Keeps a client with the real server that it got first. @default off */
  persistence?: Persistence;
  /** Schedules each packet by itself; UDP or a firewall mark only. @default false */
  onePacket?: boolean;
  /** The members. @default none */
  realServers?: TableRealServer[];
}

/** A member of a table's service, in plain values. */
export interface TableRealServer {
  /** The member's IPv4 or IPv6 address. */
  address: string;
  /** The member's port. @default the service's; in a service of several ports, the port that the client used */
  port?: number;
  /**
   * Share of the connections, 0 to 65535; with 0 it gets no new ones (an existing UDP flow stays until it has been
   * silent for a while). @default 1
   */
  weight?: number;
  /** "masquerade", "gate" (direct routing) or "ipip" (through a tunnel). @default "masquerade" */
  forwarding?: Forwarding;
  /** The encapsulation of the tunnel; only with forwarding "ipip". @default IP in IP */
  tunnel?: Tunnel;
  /** Above so many connections it gets no new ones; closed ones count for two minutes. 0 is no limit. @default 0 */
  upperThreshold?: number;
  /** Below so many connections it gets new ones again; 0 lets the kernel choose. @default 0 */
  lowerThreshold?: number;
}

/** @internal */
export const tableService = object({
  address: ip.optional(),
  ...servicePlace,
  ...serviceOptions,
  realServers: listOf(object({ address: ip, ...memberOptions }), "real servers").default([]),
});
/** @internal */
export type ValidTableService = z.infer<typeof tableService>;

/**
 * The contradictions between a service's properties.
 * @internal
 */
export function serviceProblems(
  director: ServiceInput["director"],
  service: ValidTableService,
): Problem[] {
  const { address, realServers, ...options } = service;
  const members = realServers.map((r): MemberInput => ({ ...r, port: portOf(service, r) }));
  const vip = address === undefined ? undefined : { address };
  return [
    ...keyProblems(service),
    ...optionProblems({ ...options, director, vip, members }),
    ...realServers.flatMap((r, i) =>
      [...tunnelProblems(r), ...thresholdProblems(r)].map(({ path, message }) => ({
        path: ["realServers", i, ...path],
        message,
      })),
    ),
  ];
}

/** The problems of a service's key: address, port and protocol, or else a mark. */
function keyProblems({
  address,
  port,
  protocol,
  firewallMark,
  family,
}: ValidTableService): Problem[] {
  const problem = (property: string, message: string) => ({ path: [property], message });
  if (firewallMark === undefined) {
    const lacksAddress =
      "missing; it must be the address that clients use, or else a firewallMark be given";
    return [
      ...(address === undefined ? [problem("address", lacksAddress)] : []),
      ...(port === undefined
        ? [problem("port", "missing; it must be a whole number from 0 to 65535")]
        : []),
      ...(family ? [problem("family", "only with a firewallMark; an address has its own")] : []),
    ];
  }
  const others = Object.entries({ address, port, protocol });
  return others.flatMap(([property, value]) =>
    value === undefined
      ? []
      : [problem(property, "not with a firewallMark; who sets the mark decides")],
  );
}

/** @internal */
export function addressOf(service: ValidTableService): ServiceAddress {
  const { address = "", port = 0, protocol = "tcp", firewallMark, family = "ipv4" } = service;
  return firewallMark === undefined ? { protocol, address, port } : { firewallMark, family };
}

function portOf({ port = 0 }: ValidTableService, member: { port?: number }): number {
  return member.port ?? port;
}

/**
 * For people: "10.10.10.100:80/tcp", "firewall mark 7 of ipv4".
 * @internal
 */
export function titleOf(service: ValidTableService): string {
  const known = addressOf(service);
  return "firewallMark" in known
    ? `firewall mark ${known.firewallMark} of ${known.family}`
    : `${place(known.address, known.port)}/${known.protocol}`;
}

/**
 * The lines of `ipvsadm -R` for all services, each before its members, in the order of addresses and
 * ports: a row that moves in its file changes nothing.
 * @internal
 */
export function tableLines(services: ValidTableService[]): string[] {
  const blocks = services.map((service) => {
    const known = addressOf(service);
    const { scheduler, schedulerFlags, persistence, onePacket, realServers } = service;
    const options = { scheduler, schedulerFlags, persistence, onePacket };
    const members = realServers.map((r) => ({ ...r, port: portOf(service, r) }));
    const [head = "", ...others] = serviceLines({ ...known, ...options }, members);
    return { key: serviceKey(known), lines: [head, ...inOrder(others, (line) => line)] };
  });
  return inOrder(blocks, ({ key }) => key).flatMap(({ lines }) => lines);
}

/** Sorts by text, but numbers in it by their value. */
function inOrder<T>(all: T[], by: (one: T) => string): T[] {
  const keyed = all.map((one) => ({
    one,
    key: by(one).replace(/\d+/g, (digits) => digits.padStart(10, "0")),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ one }) => one);
}
