import {
  BackendVm,
  Director,
  IpvsService,
  NetnsBackend,
  RealServer,
  Vip,
} from "../../../components";
import { host } from "../workshop";
import { Mistake, page } from "./lab";

/** Two directors that share an address, and what else is near them: nothing else is made besides. */
export function pairsLab() {
  const [lb1, lb2] = [host("lb1", "10.10.20.1/24"), host("lb2", "10.10.20.2/24")];
  const one = new Director("one", { host: lb1, engine: "keepalived" });
  const two = new Director("two", { host: lb2, engine: "keepalived" });
  const directors = [one, two];
  const shared = new Vip("shared", { directors, address: "10.10.20.100" });
  const plain = new Director("plain", { host: host("lb3", "10.10.20.3/24") });
  const far = new Director("far", { host: host("far", "10.10.30.1/24"), engine: "keepalived" });
  const own = new BackendVm("own", { host: lb2, listen: "any", page });
  const place = { host: lb1, namespace: "ns-b", address: "10.10.20.21" };
  const inside = new NetnsBackend("inside", { ...place, listen: "any", page });
  return { lb1, one, two, directors, shared, plain, far, own, inside };
}
type Pair = ReturnType<typeof pairsLab>;

function vip({ directors }: Pair, args: object) {
  return new Vip("v", { directors, address: "10.10.20.101", ...args });
}

function service({ directors, shared }: Pair, args: object) {
  const realServers = [new RealServer("r", { address: "10.10.20.9" })];
  return new IpvsService("s", { directors, vip: shared, port: 80, realServers, ...args });
}

function member({ own, inside }: Pair, backend: "own" | "inside") {
  return [new RealServer("r", { backend: { own, inside }[backend], forwarding: "gate" })];
}

/** What several directors cannot have together. */
export const pairs: Mistake<Pair>[] = [
  [
    "an address of a host and of directors",
    (lab) => vip(lab, { host: lab.lb1 }),
    'Vip "v": host, directors: exactly one of the two must be given',
  ],
  [
    "an address of nobody",
    (lab) => vip(lab, { directors: undefined }),
    'Vip "v": host, directors: exactly one of the two must be given',
  ],
  [
    "an address of one director",
    (lab) => vip(lab, { directors: [lab.one] }),
    'Vip "v": directors: an address is shared by two or more; for one, give its host',
  ],
  [
    "an address of a director twice",
    (lab) => vip(lab, { directors: [lab.one, lab.one] }),
    'Vip "v": directors[1]: lb1 is the machine of directors[0]',
  ],
  [
    "an address of a director that ipvsadm drives",
    (lab) => vip(lab, { directors: [lab.one, lab.plain] }),
    'Vip "v": directors[1]: it must have engine: "keepalived", by which the address moves',
  ],
  [
    "an address of directors on two networks",
    (lab) => vip(lab, { directors: [lab.one, lab.far] }),
    'Vip "v": directors[1]: far is not in 10.10.20.0/24; directors hear each other on one network',
  ],
  [
    "an id of a virtual router without directors",
    (lab) => vip(lab, { host: lab.lb1, directors: undefined, virtualRouterId: 7 }),
    'Vip "v": virtualRouterId: only with directors, which share the address',
  ],
  [
    "a virtual router of IPv6 without an id",
    (lab) => vip(lab, { address: "2001:db8::100" }),
    'Vip "v": virtualRouterId: missing; 2001:db8::100 does not end with a number from 1 to 255',
  ],
  [
    "an address beside itself",
    (lab) => vip(lab, { alongside: ["10.10.20.254", "10.10.20.101"] }),
    'Vip "v": alongside[1]: 10.10.20.101 is there already',
  ],
  [
    "a director's own address beside another",
    (lab) => vip(lab, { alongside: ["10.10.20.2"] }),
    'Vip "v": alongside[0]: 10.10.20.2 is there already',
  ],
  [
    "a virtual router's id twice",
    (lab) => vip(lab, { virtualRouterId: 100 }),
    'Vip "v": virtualRouterId: Vip "shared" has virtual router 100 of enp0s8 on lb1 already; choose another',
  ],
  [
    "a service of a director and of directors",
    (lab) => service(lab, { director: lab.one }),
    'IpvsService "s": director, directors: exactly one of the two must be given',
  ],
  [
    "a service of nobody",
    (lab) => service(lab, { directors: undefined }),
    'IpvsService "s": director, directors: exactly one of the two must be given',
  ],
  [
    "a service that one of the directors lacks",
    (lab) => service(lab, { directors: undefined, director: lab.one }),
    'IpvsService "s": directors: lb2 may have the vip, but is not one of them',
  ],
  [
    "a service of a director that cannot get the address",
    (lab) => service(lab, { directors: [...lab.directors, lab.far] }),
    'IpvsService "s": directors[2]: far cannot get the vip, which is others\'',
  ],
  [
    "a service of directors with several engines",
    (lab) =>
      service(lab, {
        ...{ vip: undefined, port: undefined, firewallMark: 1 },
        realServers: [
          new RealServer("r", { address: "10.10.20.9", check: { type: "tcp", port: 80 } }),
        ],
        directors: [lab.one, lab.plain],
      }),
    'IpvsService "s": directors[1]: its engine is ipvsadm, that of the first keepalived',
  ],
  [
    "a director's own web server behind direct routing",
    (lab) => service(lab, { realServers: member(lab, "own") }),
    'IpvsService "s": realServers[0] "r": it is on lb2, which is a director and gets the virtual address itself; choose forwarding "masquerade", or a network namespace',
  ],
  [
    "a director's namespace behind direct routing",
    (lab) => service(lab, { realServers: member(lab, "inside") }),
    'IpvsService "s": realServers[0] "r": direct routing does not reach a namespace of another machine, which routes packets for 10.10.20.100 elsewhere; choose forwarding "ipip" or "masquerade"',
  ],
  [
    "a member of the other family, whose connections cannot be shared",
    (lab) =>
      service(lab, {
        realServers: [new RealServer("r", { address: "2001:db8::5", forwarding: "ipip" })],
      }),
    'IpvsService "s": realServers[0] "r": 2001:db8::5 is of another address family than the service\'s clients, which the kernel does not have beside a director\'s syncDaemons',
  ],
];
