import { BackendVm, Host, Proof, RealServer } from "../../../components";
import { schedulers, SourceNat, Vip } from "../../../components";
import { Mistake, machine, netns, page, redirect, service, ssh } from "./lab";
import { at, wrongServices } from "./serviceMistakes";

/** What is right by itself and wrong together. */
export const contradictions: Mistake[] = [
  [
    "a machine that is its own bastion",
    () =>
      new Host("h", {
        ...machine,
        machine: undefined,
        ssh: { ...ssh, bastion: { ...ssh, port: 22 } },
      }),
    'Host "h": ssh.bastion: it is the machine itself; leave it out',
  ],
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
    "the family of a member that is no backend",
    () => new RealServer("r", { address: "2001:db8::2", family: "ipv6" }),
    'RealServer "r": family: only with a backend; an address has its own',
  ],
  [
    "a member of IPv6 whose backend has no such address",
    (lab) => new RealServer("r", { backend: lab.backend2, family: "ipv6" }),
    'RealServer "r": family: the backend has no IPv6 address, which is the address6 of a BackendVm\'s host or of a NetnsBackend',
  ],
  [
    "a member of IPv6 whose backend listens on its IPv4 address",
    (lab) => new RealServer("r", { backend: lab.six, family: "ipv6" }),
    'RealServer "r": family: the backend listens on its IPv4 address alone; give the backend listen: "any"',
  ],
  [
    "an IPv6 address of a namespace whose host has none",
    (lab) => netns(lab, "b", { address6: "2001:db8::3" }),
    'NetnsBackend "b": address6: machine1 has no address6, in whose network it would be',
  ],
  [
    "an IPv6 address of a namespace outside its host's network",
    ({ six }) => netns({ machine1: six.host }, "b", { address6: "2001:db8:1::3" }),
    'NetnsBackend "b": address6: 2001:db8:1::3 is not another address of 2001:db8::/64, the network of the host\'s address6',
  ],
  [
    "an IPv6 address of a namespace that is its host's own",
    ({ six }) => netns({ machine1: six.host }, "b", { address6: "2001:db8:0::7" }),
    'NetnsBackend "b": address6: 2001:db8::7 is not another address of 2001:db8::/64, the network of the host\'s address6',
  ],
  [
    "a member's port where its backend does not listen",
    (lab) => new RealServer("r", { backend: lab.backend2, port: 8080 }),
    'RealServer "r": port: 8080 is not where the backend listens, which is 80',
  ],
  [
    "source NAT for IPv6 on a machine whose network of that is not known",
    ({ director, ipv6 }) => new SourceNat("n", { director, vip: ipv6 }),
    'SourceNat "n": network: missing; machine1 has no address6 whose network it could be',
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
    "a static redirection of a virtual address on another host than the director",
    (lab) => redirect(lab, "r", { vip: lab.far, backend: lab.backend1 }),
    'StaticRedirect "r": vip: it is not on the director\'s machine',
  ],
  [
    "a static redirection to a backend and an address",
    (lab) => redirect(lab, "r", { backend: lab.backend1, address: "10.10.10.4" }),
    'StaticRedirect "r": backend, address: exactly one of the two must be given',
  ],
  [
    "a static redirection to nobody",
    (lab) => redirect(lab, "r"),
    'StaticRedirect "r": backend, address: exactly one of the two must be given',
  ],
  [
    "a static redirection to a port where the backend does not listen",
    (lab) => redirect(lab, "r", { backend: lab.backend2, targetPort: 8080 }),
    'StaticRedirect "r": targetPort: 8080 is not where the backend listens, which is 80',
  ],
  [
    "a static redirection to an address of another family",
    (lab) => redirect(lab, "r", { address: "2001:db8::9" }),
    'StaticRedirect "r": address: 2001:db8::9 is of another family than 10.10.10.100; destination NAT stays within one',
  ],
  [
    "a static redirection of an IPv6 address to a backend of IPv4",
    (lab) => redirect(lab, "r", { vip: lab.ipv6, backend: lab.backend1 }),
    'StaticRedirect "r": backend: 10.10.10.2 is of another family than 2001:db8::1; destination NAT stays within one',
  ],
  [
    "a static redirection of an address to itself",
    (lab) => redirect(lab, "r", { address: "10.10.10.100" }),
    'StaticRedirect "r": address: 10.10.10.100 is the virtual address itself; it must be another machine\'s',
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
  ...wrongServices,
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
      'IpvsService "s": schedular: no such property; there are director, directors, vip, port, protocol, firewallMark, family, ports, scheduler, schedulerFlags, persistence, onePacket, realServers, quorum, hysteresis, sorryServer, alpha, omega, drainTimeout, keepWeights, members, adopt',
    ].join("\n"),
  ],
];
