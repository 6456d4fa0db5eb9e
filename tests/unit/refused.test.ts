import {
  BackendVm,
  Director,
  Host,
  IpvsService,
  NetnsBackend,
  Proof,
  RealServer,
  Vip,
} from "../../components";
import { host, workshop } from "./lab";
import { registered } from "./mocks";

/** What a program is refused with; it must be refused before any command is registered. */
async function refusal(program: () => unknown): Promise<string> {
  try {
    await registered(program);
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing refused";
}

const page = "x";

test.each<[string, () => unknown, string]>([
  [
    "an unknown scheduler",
    () => workshop({ scheduler: "fastest" as never }),
    'IpvsService "web": scheduler: "fastest" is not one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos',
  ],
  [
    "a service's port above 65535",
    () => workshop({ port: 65536 }),
    'IpvsService "web": port: 65536 is not a whole number from 1 to 65535',
  ],
  [
    "a service's port below 1",
    () => workshop({ port: 0 }),
    'IpvsService "web": port: 0 is not a whole number from 1 to 65535',
  ],
  [
    "a missing port",
    () => workshop({ port: undefined as never }),
    'IpvsService "web": port: missing; it must be a whole number from 1 to 65535',
  ],
  [
    "a port that is text",
    () => workshop({ port: "80" as never }),
    'IpvsService "web": port: "80" is not a whole number from 1 to 65535',
  ],
  [
    "an unknown protocol",
    () => workshop({ protocol: "icmp" as never }),
    'IpvsService "web": protocol: "icmp" is not one of tcp, udp, sctp',
  ],
  [
    "a weight above 65535",
    () => new RealServer("r", { address: "10.10.10.4", weight: 65536 }),
    'RealServer "r": weight: 65536 is not a whole number from 0 to 65535',
  ],
  [
    "a weight below 0",
    () => new RealServer("r", { address: "10.10.10.4", weight: -1 }),
    'RealServer "r": weight: -1 is not a whole number from 0 to 65535',
  ],
  [
    "a member's port above 65535",
    () => new RealServer("r", { address: "10.10.10.4", port: 70000 }),
    'RealServer "r": port: 70000 is not a whole number from 1 to 65535',
  ],
  [
    "a malformed member's address",
    () => new RealServer("r", { address: "10.10.10" }),
    'RealServer "r": address: "10.10.10" is not an IPv4 address such as 10.10.10.3',
  ],
  [
    "a member without an address",
    () => new RealServer("r", {}),
    'RealServer "r": backend, address: exactly one of the two must be given',
  ],
  [
    "thresholds the wrong way round",
    () => new RealServer("r", { address: "10.10.10.4", upperThreshold: 1, lowerThreshold: 2 }),
    'RealServer "r": lowerThreshold: must not be above upperThreshold',
  ],
  [
    "an unknown forwarding method",
    () => new RealServer("r", { address: "10.10.10.4", forwarding: "nat" as never }),
    'RealServer "r": forwarding: "nat" is not one of masquerade',
  ],
  [
    "a virtual address outside its network",
    () => new Vip("vip", { host: host(), address: "10.10.11.100" }),
    'Vip "vip": address: 10.10.11.100 is outside 10.10.10.0/24, the network of enp0s8',
  ],
  [
    "a virtual address that is the interface's own",
    () => new Vip("vip", { host: host(), address: "10.10.10.1" }),
    'Vip "vip": address: 10.10.10.1 is the own address of enp0s8; a virtual address is another one of 10.10.10.0/24',
  ],
  [
    "a malformed virtual address",
    () => new Vip("vip", { host: host(), address: "10.10.10.300" }),
    'Vip "vip": address: "10.10.10.300" is not an IPv4 address such as 10.10.10.3',
  ],
  [
    "a virtual address that is a real server's",
    () => workshop({ realServers: [new RealServer("r", { address: "10.10.10.100" })] }),
    'IpvsService "web": realServers[0] "r": its address 10.10.10.100 is the virtual address itself',
  ],
  [
    "one member twice",
    () =>
      workshop({
        realServers: [
          new RealServer("a", { address: "10.10.10.4" }),
          new RealServer("b", { address: "10.10.10.4", port: 80 }),
        ],
      }),
    'IpvsService "web": realServers[1] "b": 10.10.10.4:80 is a member already, as realServers[0]',
  ],
  [
    "two services on one address, port and protocol",
    () => {
      const { director, vip } = workshop();
      new IpvsService("second", { director, vip, port: 80, realServers: [] });
    },
    'IpvsService "second": port: IpvsService "web" has 10.10.10.100:80/tcp already',
  ],
  [
    "a malformed prefix",
    () => host("machine1", "10.10.10.1/33"),
    'Host "machine1": address: "10.10.10.1/33" is not an IPv4 address with a prefix length from 1 to 32, such as 10.10.10.100/24',
  ],
  [
    "an interface's name that is none",
    () => new Host("h", { machine: { name: "h" }, interface: "$(id)", address: "10.0.0.1/8" }),
    'Host "h": interface: "$(id)" is not an interface\'s name: 1 to 15 letters, digits, "_", "." or "-"',
  ],
  [
    "a host with neither machine nor connection",
    () => new Host("h", { interface: "eth0", address: "10.0.0.1/8" }),
    'Host "h": machine, ssh: exactly one of the two must be given',
  ],
  [
    "a namespace's name with a slash",
    () => new NetnsBackend("b", { host: host(), namespace: "a/b", address: "10.10.10.3", page }),
    'NetnsBackend "b": namespace: "a/b" is not a namespace\'s name: 1 to 64 letters, digits, "_", "." or "-"',
  ],
  [
    "a namespace's address outside the network",
    () => new NetnsBackend("b", { host: host(), namespace: "n", address: "10.9.0.3", page }),
    'NetnsBackend "b": address: 10.9.0.3 is outside 10.10.10.0/24, the network of enp0s8',
  ],
  [
    "a namespace's address that is the host's own",
    () => new NetnsBackend("b", { host: host(), namespace: "n", address: "10.10.10.1", page }),
    'NetnsBackend "b": address: 10.10.10.1 is the own address of enp0s8 on the host; the namespace needs another one of 10.10.10.0/24',
  ],
  [
    "a backend with neither machine nor host",
    () => new BackendVm("b", { page }),
    'BackendVm "b": machine, host: exactly one of the two must be given',
  ],
  [
    "an unknown web server",
    () => new BackendVm("b", { host: host(), page, webServer: "iis" as never }),
    'BackendVm "b": webServer: "iis" is not one of apache, nginx',
  ],
  [
    "an empty page",
    () => new BackendVm("b", { host: host(), page: "" }),
    'BackendVm "b": page: "" is not a text of at least one letter, without NUL',
  ],
  [
    "something that is no host",
    () => new Director("d", { host: {} as never }),
    'Director "d": host: an object is not a Host',
  ],
  [
    "a proof whose clients are no hosts",
    () => new Proof("p", { service: workshop().service, clients: "machine1" as never }),
    'Proof "p": clients: "machine1" is not a list of Host',
  ],
])(
  "%s is refused with the resource, the property and what is allowed",
  async (_, program, message) => {
    expect(await refusal(program)).toBe(message);
  },
);
