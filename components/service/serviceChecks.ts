import * as ipaddr from "ipaddr.js";
import { isIpv6 } from "../args/networks";
import { bareAddress, networkOf, prefixOf } from "../args/validate";
import { protocolOf, rangeOf } from "../ipvs/clientPorts";
import { Forwarding, place, Persistence, Protocol, SchedulerFlag } from "../ipvs/serviceLines";

/** The arguments of a service that are checked together; each is right by itself. */
export interface Checkable {
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
  members: CheckableMember[];
}

/** A member in its service. */
export interface CheckableMember {
  /** Its own name, where it has one. */
  label?: string;
  address: string;
  forwarding: Forwarding;
  /** 0 where it is the one that the client asked for. */
  port: number;
}

/** The address family of a service's clients. */
export function familyOf({ vip, family = "ipv4" }: Pick<Checkable, "vip" | "family">) {
  return vip === undefined ? family : isIpv6(vip.address) ? "ipv6" : "ipv4";
}

/** The reasons why these arguments do not go together, one line a problem. */
export function contradictions(service: Checkable): string[] {
  return [...placeProblems(service), ...optionProblems(service)];
}

/** The same, but for how the service is known. */
export function optionProblems(service: Checkable): string[] {
  return [
    ...flagProblems(service),
    ...persistenceProblems(service),
    ...(service.onePacket && service.protocol !== "udp" && service.firewallMark === undefined
      ? ["onePacket: only a service of protocol udp, or of a firewall mark, can have it"]
      : []),
    ...memberProblems(service),
  ];
}

/** A service is known by address, port and protocol, or else by a mark. */
function placeProblems({ vip, port, protocol, firewallMark, family, ports }: Checkable): string[] {
  if (firewallMark === undefined) {
    return [
      ...(vip ? [] : ["vip: missing; it must be a Vip, or else a firewallMark be given"]),
      ...(port === undefined ? ["port: missing; it must be a whole number from 0 to 65535"] : []),
      ...(ports ? ["ports: only with a firewallMark; a service of an address has a port"] : []),
      ...(family ? ["family: only with a firewallMark; an address has its own"] : []),
    ];
  }
  return [
    ...(port === undefined ? [] : ["port: not with a firewallMark; its ports are in ports"]),
    ...(vip && !ports
      ? ["ports: missing; with vip and firewallMark it must be what is marked"]
      : []),
    ...(ports && !vip ? ["vip: missing; ports are those of a Vip"] : []),
    ...(vip && family ? ["family: that of the vip counts; leave it out"] : []),
    ...(protocol && !ports ? ["protocol: only with ports; who sets the mark decides"] : []),
    ...(ports?.length === 0 ? ["ports: an empty list marks nothing; name at least one"] : []),
    ...rangeProblems(ports ?? [], protocol ?? "tcp"),
  ];
}

function rangeProblems(ports: (number | string)[], protocol: Protocol): string[] {
  return ports.flatMap((written, i) => {
    const [from, to] = rangeOf(written);
    const first = ports.slice(0, i).find((other) => {
      const [start, end] = rangeOf(other);
      const same = protocolOf(written, protocol) === protocolOf(other, protocol);
      return same && from <= end && start <= to;
    });
    return first === undefined ? [] : `ports[${i}]: ${written} is in ${first} already`;
  });
}

function flagProblems({ scheduler, schedulerFlags = [] }: Checkable): string[] {
  const own = ["fallback", "port"].map((flag) => `${scheduler}-${flag}`);
  const hasNames = scheduler === "sh" || scheduler === "mh";
  const allowed = hasNames ? [...own, "flag-1", "flag-2"] : ["flag-1", "flag-2", "flag-3"];
  const seen = new Set<string>();
  return schedulerFlags.flatMap((flag, i) => {
    const name = { "flag-1": own[0], "flag-2": own[1] }[flag as string];
    const same = hasNames ? (name ?? flag) : flag;
    const again = seen.has(same);
    seen.add(same);
    if (!allowed.includes(flag)) {
      return `schedulerFlags[${i}]: scheduler ${scheduler} has no ${flag}; it has ${allowed.join(", ")}`;
    }
    return again ? `schedulerFlags[${i}]: ${flag} is given already` : [];
  });
}

function persistenceProblems(service: Checkable): string[] {
  const { persistence, port, protocol, firewallMark } = service;
  if (!persistence) {
    return port === 0 ? ["port: 0, which is every port, needs persistence"] : [];
  }
  const { netmask, engine } = persistence;
  const ipv6 = familyOf(service) === "ipv6";
  return [
    ...(netmask !== undefined && ipv6 !== (typeof netmask === "number")
      ? [
          `persistence.netmask: ${netmask} is not ${ipv6 ? "a length of an IPv6 prefix such as 64" : "an IPv4 mask such as 255.255.255.0"}`,
        ]
      : []),
    ...(engine && protocol !== "udp" && firewallMark === undefined
      ? ["persistence.engine: sip calls come by udp, so protocol must be udp"]
      : []),
  ];
}

/** True for a mask: ones, then zeros. With 0.0.0.0 all clients stay with one member. */
export function isNetmask(s: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(s) &&
    ipaddr.IPv4.parse(s).prefixLengthFromSubnetMask() !== null
  );
}

function memberProblems(service: Checkable): string[] {
  const { director } = service;
  const problems: string[] = [];
  const seen = new Map<string, number>();
  const everybody = broadcastOf(director.host.address);
  service.members.forEach((r, i) => {
    const at = `realServers[${i}]${r.label === undefined ? "" : ` "${r.label}"`}`;
    const target = place(r.address, r.port);
    if (r.address === everybody) {
      problems.push(
        `${at}: its address ${r.address} is everybody's in ${networkOf(director.host.address)}`,
      );
    }
    if (r.address === service.vip?.address) {
      problems.push(`${at}: its address ${r.address} is the virtual address itself`);
    }
    const loopback = loopbackProblem(director, r);
    if (loopback !== undefined) {
      problems.push(`${at}: ${loopback}`);
    }
    const first = seen.get(target);
    if (first !== undefined) {
      problems.push(`${at}: ${target} is a member already, as realServers[${first}]`);
    }
    seen.set(target, i);
    problems.push(...forwardingProblems(service, r).map((problem) => `${at}: ${problem}`));
  });
  return problems;
}

/**
 * The reason why masquerade cannot lead to a loopback address: the director answers from there only what it asked itself.
 * (By the other methods packets stay as they are, and its own servers get them.)
 */
export function loopbackProblem(
  { host, localClients }: Pick<Checkable["director"], "host" | "localClients">,
  { address, forwarding }: Pick<CheckableMember, "address" | "forwarding">,
): string | undefined {
  return address.startsWith("127.") && forwarding === "masquerade" && !localClients
    ? `${address} by masquerade answers nobody but the director itself; ` +
        `its own address ${bareAddress(host.address)} does it` +
        ", or else localClients: true on the director says that it is meant so"
    : undefined;
}

/** The last address of a network that the director is in, which the kernel refuses as a member. */
function broadcastOf(own: string): string | undefined {
  return !isIpv6(own) && Number(prefixOf(own)) < 31
    ? ipaddr.IPv4.broadcastAddressFromCIDR(own).toString()
    : undefined;
}

/** Under a mark every packet keeps its port, so the one that all of them have may be named. */
function isMarked({ firewallMark, ports }: Checkable, port: number): boolean {
  return (
    firewallMark !== undefined &&
    (ports ?? [port]).every((marked) => rangeOf(marked).every((end) => end === port))
  );
}

/** Direct routing and tunnels pass packets on as they are, and tunnels alone join the two families. */
function forwardingProblems(service: Checkable, r: CheckableMember): string[] {
  const port = service.port ?? 0;
  const mixed = (familyOf(service) === "ipv6") !== isIpv6(r.address);
  const problems: string[] = [];
  if (r.forwarding !== "masquerade" && r.port !== port && !isMarked(service, r.port)) {
    problems.push(
      `port ${r.port} cannot be had with forwarding ${r.forwarding}, which leaves ` +
        (port === 0 ? "it as it is: give none" : `the service's: ${port}`),
    );
  }
  if (mixed && r.forwarding !== "ipip") {
    problems.push(
      `${r.address} is of another address family than the service's clients, which only forwarding ipip can join`,
    );
  }
  if (mixed && (service.director.syncDaemons.length > 0 || service.vip?.isShared)) {
    problems.push(
      `${r.address} is of another address family than the service's clients, which the kernel does not have beside a director's syncDaemons`,
    );
  }
  return problems;
}
