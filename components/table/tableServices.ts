import { z } from "zod";
import { place } from "../args/place";
import type { Problem } from "../args/problems";
import { boolean, ip, listOf, object } from "../args/validate";
import { memberOptions, memberProblems } from "../backends/memberOptions";
import { MemberProperties } from "../backends/memberProperties";
import { Protocol } from "../ipvs/protocols";
import { Scheduler, SchedulerFlag } from "../ipvs/schedulers";
import { Persistence, ServiceAddress, serviceKey, serviceLines } from "../ipvs/serviceLines";
import { KeepalivedMember } from "../keepalived/configuration";
import { Check, checkProblems, checkSchema, SorryServer } from "../keepalived/healthCheck";
import { Apologising, sorryServerOf } from "../keepalived/sorryServer";
import { TableEntry } from "../keepalived/tableConfiguration";
import { keepalivedOptions, serviceOptions, servicePlace } from "../service/serviceSchema";
import {
  Driven,
  DrivenMember,
  drivenProblems,
  needsKeepalived,
} from "../service/validation/engine";
import { familyOf, ServiceInput, MemberInput } from "../service/validation/input";
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
  /** keepalived's health check of the members that have none of their own; only with engine "keepalived". */
  check?: Check;
  /** What the members do that do not say so themselves (RealServer); only with engine "keepalived". @default false */
  inhibitOnFailure?: boolean;
  /** The weight that must be alive, as in IpvsService; only with engine "keepalived". @default 1 */
  quorum?: number;
  /** How far from the quorum it is lost and won, as in IpvsService; only with engine "keepalived". @default 0 */
  hysteresis?: number;
  /** The server that answers instead of all members, as in IpvsService; only with engine "keepalived". */
  sorryServer?: SorryServer;
  /** keepalived's alpha mode, as in IpvsService; only with engine "keepalived". @default false */
  alpha?: boolean;
  /** keepalived's omega mode, as in IpvsService; only with engine "keepalived". @default false */
  omega?: boolean;
}

/** A member of a table's service, in plain values. */
export interface TableRealServer extends MemberProperties {
  /** The member's IPv4 or IPv6 address. */
  address: string;
}

/** @internal */
export const tableService = object({
  address: ip.optional(),
  ...servicePlace,
  ...serviceOptions,
  realServers: listOf(object({ address: ip, ...memberOptions }), "real servers").default([]),
  check: checkSchema.optional(),
  inhibitOnFailure: boolean.optional(),
  ...keepalivedOptions,
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
  const { address, realServers, check, ...options } = service;
  const members = realServers.map((r): MemberInput => ({ ...r, port: portOf(service, r) }));
  const vip = address === undefined ? undefined : { address };
  return [
    ...keyProblems(service),
    ...optionProblems({ ...options, director, vip, members }),
    ...realServers.flatMap((r, i) =>
      memberProblems(r).map(({ path, message }) => ({
        path: ["realServers", i, ...path],
        message,
      })),
    ),
    ...(check ? checkProblems(check) : []),
  ];
}

/**
 * The problems of checks, quorum and so on with the director's engine.
 * @internal
 */
export function checkedProblems(
  director: Driven["director"],
  service: ValidTableService,
): Problem[] {
  const { address, family, port: servicePort, protocol, quorum, sorryServer: sorry } = service;
  const { alpha, omega, hysteresis } = service;
  const vip = address === undefined ? undefined : { address };
  const isKeepalived = director.engine === "keepalived";
  const own = (["check", "inhibitOnFailure"] as const).filter((property) => service[property]);
  const members = isKeepalived ? membersOf(service) : service.realServers;
  const realServers = members.map(({ port, ...member }): DrivenMember => ({
    ...member,
    inhibitOnFailure: member.inhibitOnFailure ?? false,
    portIn: (portOfService) => port ?? portOfService,
  }));
  return [
    ...(isKeepalived
      ? []
      : own.map((property) => ({ path: [property], message: needsKeepalived }))),
    ...drivenProblems(
      {
        ...{ director, vip, port: servicePort, protocol, quorum, hysteresis, alpha, omega },
        ...{ realServers, sorryServer: sorry && sorryServerIn(service, director) },
      },
      familyOf({ vip, family }),
    ),
  ];
}

/**
 * A service's sorry server with its forwarding method; one on the director itself is reached by masquerade.
 * @internal
 */
export function sorryServerIn(
  service: ValidTableService,
  director?: Apologising["directors"][number],
): SorryServer | undefined {
  return sorryServerOf({ ...service, directors: director ? [director] : [] });
}

/**
 * The members as the service's own lines and checks have them.
 * @internal
 */
export function membersOf(service: ValidTableService): KeepalivedMember[] {
  return service.realServers.map((r) => ({
    ...r,
    port: portOf(service, r),
    check: r.check ?? service.check,
    inhibitOnFailure: r.inhibitOnFailure ?? service.inhibitOnFailure ?? false,
  }));
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
  return tableEntries(services).flatMap(({ service, members }) => serviceLines(service, members));
}

/**
 * The services with their members, both in the order of their lines.
 * @param director The director of sorry servers: one on itself is reached by masquerade.
 * @internal
 */
export function tableEntries(
  services: ValidTableService[],
  director?: Apologising["directors"][number],
): TableEntry[] {
  const entries = services.map((one) => {
    const { scheduler, schedulerFlags, persistence, onePacket } = one;
    const { quorum, hysteresis, alpha, omega } = one;
    const options = { scheduler, schedulerFlags, persistence, onePacket };
    const service = { ...addressOf(one), ...options, quorum, hysteresis, alpha, omega };
    const sorryServer = sorryServerIn(one, director);
    const members = inOrder(membersOf(one), (member) => serviceLines(service, [member])[1] ?? "");
    return { service: { ...service, sorryServer }, members };
  });
  return inOrder(entries, ({ service }) => serviceKey(service));
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
