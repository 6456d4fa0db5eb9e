import { BackendVm, Host, Proof, RealServer } from "../../../components";
import { schedulers, SourceNat, Vip } from "../../../components";
import { Mistake, machine, netns, page, service, ssh } from "./lab";

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
const at = 'IpvsService "s": realServers[0] "r": ';

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

/** What is right by itself and wrong together. */
export const contradictions: Mistake[] = [
  [
    "a host with a Vagrant machine and a connection",
    () => new Host("h", { ...machine, ssh }),
    'Host "h": machine, ssh: exactly one of the two must be given',
  ],
  [
    "a host with neither",
    () => new Host("h", { ...machine, machine: undefined }),
    'Host "h": machine, ssh: exactly one of the two must be given',
  ],
  [
    "a backend with a machine of its own and a host",
    (lab) => new BackendVm("b", { machine, host: lab.machine1, page }),
    'BackendVm "b": machine, host: exactly one of the two must be given',
  ],
  [
    "a backend with neither",
    () => new BackendVm("b", { page }),
    'BackendVm "b": machine, host: exactly one of the two must be given',
  ],
  [
    "a member with a backend and an address",
    (lab) => new RealServer("r", { backend: lab.backend1, address: "10.10.10.4" }),
    'RealServer "r": backend, address: exactly one of the two must be given',
  ],
  [
    "a member with neither",
    () => new RealServer("r", { weight: 1 }),
    'RealServer "r": backend, address: exactly one of the two must be given',
  ],
  [
    "a member's port where its backend does not listen",
    (lab) => new RealServer("r", { backend: lab.backend2, port: 8080 }),
    'RealServer "r": port: 8080 is not where the backend listens, which is 80',
  ],
  [
    "direct routing to a backend that has not the virtual address",
    (lab) => new RealServer("r", { backend: lab.backend2, forwarding: "gate" }),
    'RealServer "r": forwarding: "gate" is for a server that is ready for it; backends of this program are made for masquerade: give its address instead',
  ],
  [
    "source NAT for IPv6",
    ({ director, ipv6 }) => new SourceNat("n", { director, vip: ipv6 }),
    'SourceNat "n": vip: 2001:db8::1 is an IPv6 address; the source NAT is for IPv4',
  ],
  [
    "thresholds the wrong way round",
    () => new RealServer("r", { address: "10.10.10.4", upperThreshold: 1, lowerThreshold: 2 }),
    'RealServer "r": lowerThreshold: 2 is above upperThreshold, which is 1',
  ],
  [
    "a lower threshold alone",
    () => new RealServer("r", { address: "10.10.10.4", lowerThreshold: 2 }),
    'RealServer "r": lowerThreshold: 2 is above upperThreshold, which is 0',
  ],
  [
    "a virtual address outside its network",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.11.100" }),
    'Vip "v": address: 10.10.11.100 is outside 10.10.10.0/24, the network of enp0s8',
  ],
  [
    "a virtual address that is the interface's own",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.1" }),
    'Vip "v": address: 10.10.10.1 is the own address of enp0s8; a virtual address is another one of 10.10.10.0/24',
  ],
  [
    "a virtual address that is the network's",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.0" }),
    'Vip "v": address: 10.10.10.0 is the first or the last of 10.10.10.0/24, which no machine can have',
  ],
  [
    "a virtual address that is everybody's by its own prefix",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.127", prefix: 25 }),
    'Vip "v": address: 10.10.10.127 is the first or the last of 10.10.10.0/25, which no machine can have',
  ],
  [
    "a virtual address that is a real server's",
    (lab) => service(lab, "s", { realServers: [new RealServer("r", { address: "10.10.10.100" })] }),
    'IpvsService "s": realServers[0] "r": its address 10.10.10.100 is the virtual address itself',
  ],
  [
    "a member that is everybody on the director's network",
    (lab) => service(lab, "s", { realServers: [new RealServer("r", { address: "10.10.10.255" })] }),
    `${at}its address 10.10.10.255 is everybody's in 10.10.10.0/24`,
  ],
  [
    "an IPv6 address that has an IPv4 address in it",
    () => new RealServer("r", { address: "::192.0.2.33" }),
    'RealServer "r": address: "::192.0.2.33" is not a machine\'s IPv4 or IPv6 address such as 10.10.10.3 or 2001:db8::3',
  ],
  [
    "a virtual address on another host than the director",
    (lab) => service(lab, "s", { vip: lab.far }),
    'IpvsService "s": vip: it is not on the director\'s machine',
  ],
  [
    "source NAT for a virtual address on another host than the director",
    ({ director, far }) => new SourceNat("n", { director, vip: far }),
    'SourceNat "n": vip: it is not on the director\'s machine',
  ],
  [
    "a namespace's address outside the network",
    (lab) => netns(lab, "b", { address: "10.9.0.3" }),
    'NetnsBackend "b": address: 10.9.0.3 is outside 10.10.10.0/24, the network of enp0s8',
  ],
  [
    "a namespace's address that is the host's own",
    (lab) => netns(lab, "b", { address: "10.10.10.1" }),
    'NetnsBackend "b": address: 10.10.10.1 is the own address of enp0s8 on the host; the namespace needs another one of 10.10.10.0/24',
  ],
  [
    "a namespace's address that is everybody's",
    (lab) => netns(lab, "b", { address: "10.10.10.255" }),
    'NetnsBackend "b": address: 10.10.10.255 is the first or the last of 10.10.10.0/24, which no machine can have',
  ],
  [
    "a namespace's gateway outside the network",
    (lab) => netns(lab, "b", { gateway: "10.10.11.1" }),
    'NetnsBackend "b": gateway: 10.10.11.1 is outside 10.10.10.0/24, the network of enp0s8',
  ],
  [
    "a namespace's gateway that is itself",
    (lab) => netns(lab, "b", { gateway: "10.10.10.4" }),
    'NetnsBackend "b": gateway: 10.10.10.4 is the namespace\'s own address; it must be another one of 10.10.10.0/24',
  ],
  [
    "a namespace's gateway that is the network's address",
    (lab) => netns(lab, "b", { gateway: "10.10.10.0" }),
    'NetnsBackend "b": gateway: 10.10.10.0 is the first or the last of 10.10.10.0/24, which no machine can have',
  ],
  [
    "a proof with one client twice",
    ({ service: asked, machine1, backend1 }) =>
      new Proof("p", { service: asked, clients: [machine1, backend1.host, machine1] }),
    'Proof "p": clients[2]: machine1 is a client already; list each once',
  ],
  [
    "a proof over HTTP of a service without TCP",
    ({ udp }) => new Proof("p", { service: udp, clients: [] }),
    'Proof "p": service: it is asked over HTTP, so its protocol must be tcp, and its address and port known',
  ],
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
  [
    "an IPv4 address with a prefix of IPv6",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.99", prefix: 64 }),
    'Vip "v": prefix: 64 is not a whole number from 1 to 32, as 10.10.10.99 needs',
  ],
  [
    "several mistakes at once",
    (lab) => service(lab, "s", { port: -1, scheduler: "fastest", schedular: "rr" }),
    [
      'IpvsService "s": port: -1 is not a whole number from 0 to 65535',
      `IpvsService "s": scheduler: "fastest" is not one of ${schedulers.join(", ")}`,
      'IpvsService "s": schedular: no such property; there are director, vip, port, protocol, firewallMark, family, ports, scheduler, schedulerFlags, persistence, onePacket, realServers, drainTimeout, adopt',
    ].join("\n"),
  ],
];
