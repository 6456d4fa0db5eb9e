import { RealServer } from "../../../components";
import { Mistake, service } from "./lab";

const mark = { vip: undefined, port: undefined, firewallMark: 1 };
const marked = { port: undefined, firewallMark: 1 };

/** What a service's arguments cannot be together. */
const together: [what: string, args: Record<string, unknown>, said: string][] = [
  [
    "a service without a port",
    { port: undefined },
    "port: missing; it must be a whole number from 0 to 65535",
  ],
  [
    "a service without an address or a mark",
    { vip: undefined },
    "vip: missing; it must be a Vip, or else a firewallMark be given",
  ],
  [
    "ports without a mark",
    { ports: [80] },
    "ports: only with a firewallMark; a service of an address has a port",
  ],
  [
    "a family without a mark",
    { family: "ipv6" },
    "family: only with a firewallMark; an address has its own",
  ],
  [
    "a mark with a port",
    { ...mark, port: 80 },
    "port: not with a firewallMark; its ports are in ports",
  ],
  [
    "a mark with an address and no ports",
    marked,
    "ports: missing; with vip and firewallMark it must be what is marked",
  ],
  [
    "a mark with ports of no address",
    { ...mark, ports: [80] },
    "vip: missing; ports are those of a Vip",
  ],
  [
    "a family beside an address",
    { ...marked, ports: [80], family: "ipv4" },
    "family: that of the vip counts; leave it out",
  ],
  [
    "a protocol of somebody else's mark",
    { ...mark, protocol: "udp" },
    "protocol: only with ports; who sets the mark decides",
  ],
  [
    "a port in a range",
    { ...marked, ports: ["80-90", 443, 85] },
    "ports[2]: 85 is in 80-90 already",
  ],
  [
    "no ports at all",
    { ...marked, ports: [] },
    "ports: an empty list marks nothing; name at least one",
  ],
  [
    "ranges that overlap",
    { ...marked, ports: ["80-90", "90-95"] },
    "ports[1]: 90-95 is in 80-90 already",
  ],
  [
    "every port without persistence",
    { port: 0 },
    "port: 0, which is every port, needs persistence",
  ],
  [
    "another scheduler's flag",
    { scheduler: "mh", schedulerFlags: ["sh-port"] },
    "schedulerFlags[0]: scheduler mh has no sh-port; it has mh-fallback, mh-port, flag-1, flag-2",
  ],
  [
    "a named flag of a scheduler without",
    { schedulerFlags: ["mh-port"] },
    "schedulerFlags[0]: scheduler wlc has no mh-port; it has flag-1, flag-2, flag-3",
  ],
  [
    "a third flag, which sh has not",
    { scheduler: "sh", schedulerFlags: ["flag-3"] },
    "schedulerFlags[0]: scheduler sh has no flag-3; it has sh-fallback, sh-port, flag-1, flag-2",
  ],
  [
    "one flag by both its names",
    { scheduler: "sh", schedulerFlags: ["sh-port", "flag-2"] },
    "schedulerFlags[1]: flag-2 is given already",
  ],
  [
    "one packet at a time of TCP",
    { onePacket: true },
    "onePacket: only a service of protocol udp, or of a firewall mark, can have it",
  ],
  [
    "a mask of the other family",
    { persistence: { netmask: 64 } },
    "persistence.netmask: 64 is not an IPv4 mask such as 255.255.255.0",
  ],
  [
    "a mask of the other family, for IPv6",
    { ...mark, family: "ipv6", persistence: { netmask: "255.255.255.0" } },
    "persistence.netmask: 255.255.255.0 is not a length of an IPv6 prefix such as 64",
  ],
  [
    "calls over TCP",
    { persistence: { engine: "sip" } },
    "persistence.engine: sip calls come by udp, so protocol must be udp",
  ],
];

const far = { address: "10.10.10.4" };
/** What errors about a service's only member begin with. */
export const at = 'IpvsService "s": realServers[0] "r": ';

/** What a member cannot be, or not in its service. */
const members: [
  what: string,
  args: Record<string, unknown>,
  changes: Record<string, unknown>,
  said: string,
][] = [
  [
    "another port under direct routing",
    { ...far, port: 9090, forwarding: "gate" },
    {},
    `${at}port 9090 cannot be had with forwarding gate, which leaves the service's: 8080`,
  ],
  [
    "a port through a tunnel from every port",
    { ...far, port: 80, forwarding: "ipip" },
    { port: 0, persistence: {} },
    `${at}port 80 cannot be had with forwarding ipip, which leaves it as it is: give none`,
  ],
  [
    "a member of the other family",
    { address: "2001:db8::4" },
    {},
    `${at}2001:db8::4 is of another address family than the service's clients, which only forwarding ipip can join`,
  ],
  [
    "a tunnel without tunnelling",
    { ...far, tunnel: {} },
    {},
    'RealServer "r": tunnel: only forwarding "ipip" has one; it is "masquerade"',
  ],
  [
    "gue without its port",
    { ...far, forwarding: "ipip", tunnel: { type: "gue" } },
    {},
    'RealServer "r": tunnel.port: missing; type gue needs the real server\'s UDP port, from 1 to 65535',
  ],
  [
    "gre with a port",
    { ...far, forwarding: "ipip", tunnel: { type: "gre", port: 1 } },
    {},
    'RealServer "r": tunnel.port: type gre has none, only gue has',
  ],
  [
    "checksums in IP in IP",
    { ...far, forwarding: "ipip", tunnel: { checksum: "csum" } },
    {},
    'RealServer "r": tunnel.checksum: type ipip has no csum; it has none',
  ],
  [
    "remote checksums in GRE",
    { ...far, forwarding: "ipip", tunnel: { type: "gre", checksum: "remcsum" } },
    {},
    'RealServer "r": tunnel.checksum: type gre has no remcsum; it has nocsum, csum',
  ],
];

/** What is right by itself and wrong together in a service or one of its members. */
export const wrongServices: Mistake[] = [
  ...together.map(([what, args, said]): Mistake => [
    what,
    (lab) => service(lab, "s", args),
    `IpvsService "s": ${said}`,
  ]),
  ...members.map(([what, args, changes, said]): Mistake => [
    what,
    (lab) => service(lab, "s", { realServers: [new RealServer("r", args)], ...changes }),
    said,
  ]),
];
