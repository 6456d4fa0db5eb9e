import { Director, Host, RealServer, IpvsService, Router, Vip } from "../../../components";
import { host } from "../workshop";
import type { Mistake } from "./lab";

const router = { address: "10.10.20.254", asn: 65000 };

/** Two directors that announce an address, and what else is near them. */
export function announcersLab() {
  const [lb1, lb2] = [host("lb1", "10.10.20.1/24"), host("lb2", "10.10.20.2/24")];
  const directors = [
    new Director("one", { host: lb1 }),
    new Director("two", { host: lb2, engine: "ipvsadm" }),
  ];
  const announced = new Vip("announced", {
    directors,
    address: "10.90.0.1",
    announce: { bgp: { asn: 65001, neighbors: [router] } },
  });
  const resting = [
    new Director("resting", {
      ...{ host: host("lb3", "10.10.20.3/24"), engine: "keepalived", maintenance: true },
    }),
    new Director("other", { host: host("lb4", "10.10.20.4/24"), engine: "keepalived" }),
  ];
  const gateway = host("gw", "10.10.20.254/24");
  new Router("first", { host: gateway, vips: [announced], services: [] });
  const others = {
    here: new Vip("here", { host: gateway, address: "10.10.20.50" }),
    sameAs: announcedTo(5, { asn: 65001 }),
    password: announcedTo(6, { password: "open sesame" }),
    withoutBfd: announcedTo(7, { bfd: false }),
    six: announcedTo(8, { address: "2001:db8:20::254" }, "2001:db8:90::1"),
  };
  const stranger = host("stranger", "10.10.20.253/24");
  return { lb1, directors, announced, resting, gateway, stranger, others };
}

/** An address of another director, announced to a neighbour that differs from the usual one. */
function announcedTo(n: number, neighbor: object, address = `10.90.0.${n}`): Vip {
  const announcer = new Host(`lb${n}`, {
    ...{ machine: { name: `lb${n}` }, interface: "enp0s8" },
    ...{ address: `10.10.20.${n}/24`, address6: `2001:db8:20::${n}/64` },
  });
  return new Vip(`announced${n}`, {
    ...{ directors: [new Director(`announcer${n}`, { host: announcer })], address },
    announce: { bgp: { asn: 65001, neighbors: [{ ...router, ...neighbor }] } },
  });
}
type Announcers = ReturnType<typeof announcersLab>;

function vip({ directors }: Announcers, args: object = {}, bgp: object = {}) {
  const announce = { bgp: { asn: 65001, neighbors: [router], ...bgp } };
  return new Vip("v", { directors, address: "10.90.0.2", announce, ...args });
}

function neighbor(lab: Announcers, one: object, args: object = {}) {
  return vip(lab, args, { neighbors: [{ ...router, ...one }] });
}

/** A router that takes the address, or another one. */
function routing({ gateway, announced }: Announcers, args: object = {}) {
  return new Router("r", { host: gateway, vips: [announced], services: [], ...args });
}

const at = 'Vip "v": announce.bgp.';
const outside = `${at}neighbors[0].address: 10.20.0.1 is outside 10.10.20.0/24, the network of`;

/** What directors cannot announce, and a router cannot take. */
export const announcements: Mistake<Announcers>[] = [
  [
    "an announcement of a host",
    (lab) => vip(lab, { directors: undefined, host: lab.lb1 }),
    'Vip "v": directors: missing; an address is announced by one director or several',
  ],
  [
    "an announcement of no director",
    (lab) => vip(lab, { directors: [] }),
    'Vip "v": host, directors: exactly one of the two must be given\nVip "v": directors: missing; an address is announced by one director or several',
  ],
  ...(["virtualRouterId", "advertInterval", "preempt", "alongside"] as const).map(
    (property): Mistake<Announcers> => [
      `VRRP's ${property} beside an announcement`,
      (lab) =>
        vip(lab, {
          [property]: { virtualRouterId: 5, advertInterval: 1, preempt: true, alongside: [] }[
            property
          ],
        }),
      `Vip "v": ${property}: this moves an address by VRRP, and announce has all directors announce it by BGP: leave out one of the two`,
    ],
  ),
  [
    "a prefix that is no host route",
    (lab) => vip(lab, { prefix: 24 }),
    'Vip "v": prefix: 24 is not 32; a director announces its own address alone (a host route)',
  ],
  [
    "an interface on the wire",
    (lab) => vip(lab, { interface: "eth0" }),
    'Vip "v": interface: "eth0" is not lo, where an address is that is announced',
  ],
  [
    "a neighbour of another family alone",
    (lab) => vip(lab, { address: "2001:db8:90::1" }),
    `${at}neighbors: none has an address of IPv6, the family of 2001:db8:90::1`,
  ],
  [
    "no neighbour",
    (lab) => vip(lab, {}, { neighbors: [] }),
    `${at}neighbors: none has an address of IPv4, the family of 10.90.0.2`,
  ],
  [
    "a neighbour that is a director itself",
    (lab) => neighbor(lab, { address: "10.10.20.2" }),
    `${at}neighbors[0].address: 10.10.20.2 is the director lb2 itself`,
  ],
  [
    "a neighbour that is the virtual address",
    (lab) => neighbor(lab, { address: "10.10.20.99" }, { address: "10.10.20.99" }),
    `${at}neighbors[0].address: 10.10.20.99 is the virtual address itself`,
  ],
  [
    "a neighbour outside of every network",
    (lab) => neighbor(lab, { address: "10.20.0.1" }),
    ["lb1", "lb2"]
      .map((label) => `${outside} ${label}: give multihop, the most routers on the way`)
      .join("\n"),
  ],
  [
    "a neighbour of a family that directors have not",
    (lab) => vip(lab, {}, { neighbors: [router, { address: "2001:db8::1", asn: 65000 }] }),
    ["lb1", "lb2"]
      .map(
        (label) =>
          `${at}neighbors[1].address: ${label} has no address of IPv6 (address6) to reach 2001:db8::1 from`,
      )
      .join("\n"),
  ],
  [
    "a neighbour twice",
    (lab) => vip(lab, {}, { neighbors: [router, { ...router }] }),
    `${at}neighbors[1].address: 10.10.20.254 is that of neighbors[0]`,
  ],
  [
    "a router of two autonomous systems",
    (lab) => vip(lab, {}, { neighbors: [router, { ...router, asn: 65009 }] }),
    `${at}neighbors[1].address: 10.10.20.254 is that of neighbors[0], of AS 65000, and a router has one`,
  ],
  [
    "a session that another address has otherwise",
    (lab) => neighbor(lab, { asn: 65009, bfd: false }),
    `${at}neighbors: the BGP session with 10.10.20.254 is from AS 65001 to AS 65000, with BFD 3 × 300 ms, without a password for Vip "announced" on lb1, so it cannot be from AS 65001 to AS 65009, without BFD, without a password`,
  ],
  [
    "a port of BIRD that another address has otherwise",
    (lab) => vip(lab, { address: "10.90.0.3" }, { port: 1179 }),
    `${at}port: the port that BIRD listens on is 179 for Vip "announced" on lb1, so it cannot be 1179`,
  ],
  [
    "a local preference that nobody gets",
    (lab) => vip(lab, {}, { localPreference: 200 }),
    `${at}localPreference: only neighbours of AS 65001 would get it, and there is none; give med, or communities that their routers know`,
  ],
  [
    "one router's number for two directors",
    (lab) => vip(lab, {}, { routerId: "10.10.20.1" }),
    `${at}routerId: 2 directors cannot have the same; leave it out, so that each has its own`,
  ],
  [
    "a director twice",
    (lab) => vip(lab, { directors: [lab.directors[0], lab.directors[0]] }),
    'Vip "v": directors[1]: lb1 is the machine of directors[0]',
  ],
  [
    "an address that is announced already",
    (lab) => vip(lab, { address: "10.90.0.1" }),
    'Vip "v": address: Vip "announced" has address 10.90.0.1 on lb1 already; choose another',
  ],
  [
    "maintenance of a director that shares an address by VRRP",
    (lab) => vip(lab, { announce: undefined, directors: lab.resting, address: "10.10.20.101" }),
    'Vip "v": directors[0]: maintenance: only for addresses that are announced (announce); VRRP moves this one when its keepalived stops',
  ],
  [
    "a router for no address",
    (lab) => routing(lab, { vips: [] }),
    'Router "r": vips: none; a router needs one virtual address at least',
  ],
  [
    "a router for an address that nobody announces",
    (lab) => routing(lab, { vips: [lab.others.here] }),
    'Router "r": vips[0]: 10.10.20.50 is announced by no director; give it announce',
  ],
  [
    "a router that the directors do not know",
    (lab) => routing(lab, { host: lab.stranger }),
    'Router "r": vips[0]: 10.90.0.1 is announced to 10.10.20.254; give it the neighbour 10.10.20.253, which is stranger',
  ],
  [
    "a router on a director",
    (lab) => routing(lab, { host: lab.lb1 }),
    'Router "r": vips[0]: lb1 is a director of 10.90.0.1 itself; route on another machine',
  ],
  [
    "a router for an address of IPv6",
    (lab) => routing(lab, { vips: [lab.others.six] }),
    'Router "r": vips[0]: 2001:db8:90::1 is an address of IPv6; a Router takes those of IPv4',
  ],
  [
    "a router in the directors' autonomous system",
    (lab) => routing(lab, { vips: [lab.others.sameAs] }),
    "Router \"r\": vips[0]: AS 65001 is the directors' and the router's; give the neighbour 10.10.20.254 another one",
  ],
  [
    "a router whose sessions have a password",
    (lab) => routing(lab, { vips: [lab.others.password] }),
    'Router "r": vips[0]: the neighbour 10.10.20.254 has a password, and a Router has none; leave it out',
  ],
  [
    "a router for addresses that are announced in two ways",
    (lab) => routing(lab, { vips: [lab.announced, lab.others.withoutBfd] }),
    'Router "r": vips[1]: announced by AS 65001 to AS 65000, without BFD, and vips[0] by AS 65001 to AS 65000, with BFD 3 × 300 ms; a session has one of each',
  ],
  [
    "a second router on a machine",
    (lab) => routing(lab),
    'Router "r": host: Router "first" has the BGP router of gw on gw already; choose another',
  ],
  [
    "a service on some of the directors that announce its address",
    ({ directors, announced: address }) =>
      new IpvsService("s", {
        ...{ directors: directors.slice(0, 1), vip: address, port: 80 },
        realServers: [new RealServer("r", { address: "10.10.20.9" })],
      }),
    'IpvsService "s": directors: lb2 may have the vip, but is not one of them',
  ],
];
