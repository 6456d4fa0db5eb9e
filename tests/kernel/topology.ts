import { type Machine, type Node, type Protocol } from "./machine";

/*
 *            front                  inner
 *   client ───────── director ───────────────── member1, member2, member3
 *      │  10.80.1.0/24        10.80.2.0/24              │
 *      └────────────────────────────────────────────────┘
 *                       outer, 10.80.3.0/24
 *
 * With direct routing and tunnels members answer from the virtual address, over the outer network, past
 * the director. With masquerade they answer from their own, through the director. IPv6 is the same in fd80::.
 */

export type Family = "ipv4" | "ipv6";
export const members = ["member1", "member2", "member3"];
/** So many addresses has the client. */
export const clients = 32;
/** So many virtual addresses belong to one combination. */
export const block = 16;
/** Where every server listens; virtual services use the first, masqueraded members the second. */
export const ports = [8080, 9090, 8100, 8101, 8102, 8103] as const;
export const guePort = 6080;

export function clientAddress(family: Family, i: number): string {
  return family === "ipv4" ? `10.80.1.${10 + (i % clients)}` : `fd80:1::${10 + (i % clients)}`;
}

export function memberAddress(family: Family, i: number): string {
  return family === "ipv4" ? `10.80.2.${11 + i}` : `fd80:2::${11 + i}`;
}

/** Where a member's device expects GRE with checksums; without them it drops such packets. */
export function checksumAddress(family: Family, i: number): string {
  return family === "ipv4" ? `10.80.2.${21 + i}` : `fd80:2::${21 + i}`;
}

/** The virtual addresses of a combination: others than any other combination has ever had. */
export function vip(family: Family, combination: number, i = 0): string {
  const n = combination * block + (i % block);
  return family === "ipv4" ? `10.90.${n >> 8}.${n & 255}` : `fd90::${n.toString(16)}`;
}

const noFilter = {
  "net.ipv4.conf.all.rp_filter": 0,
  "net.ipv4.conf.default.rp_filter": 0,
  "net.ipv6.conf.all.accept_dad": 0,
  "net.ipv6.conf.default.accept_dad": 0,
};

/** Builds it, and starts the servers. Firewall marks: what nftables marks, as rules. */
export async function build(machine: Machine, marks: string): Promise<void> {
  await machine.run("", ["modprobe", "-a", ...modules]);
  const nodes = { client: client(), director: director(marks) };
  const rest = Object.fromEntries(members.map((name, i) => [name, member(i)]));
  await machine.build({ ...nodes, ...rest }, [
    ["client", "eth0", "front"],
    ["client", "eth1", "outer"],
    ["director", "eth0", "front"],
    ["director", "eth1", "inner"],
    ...members.flatMap((m): [string, string, string][] => [
      [m, "eth0", "inner"],
      [m, "eth1", "outer"],
    ]),
  ]);
  for (const [i, name] of members.entries()) {
    const own = [memberAddress("ipv4", i), memberAddress("ipv6", i)];
    await machine.watch(name, "eth0", own, guePort);
    await machine.listen(
      ports.flatMap((port): [string, Protocol, string, number][] => [
        [name, "tcp", "::", port],
        [name, "udp", "::", port],
        ...own.map((address): [string, Protocol, string, number] => [name, "sctp", address, port]),
      ]),
    );
  }
}

// prettier-ignore
const modules = ["ip_vs", "sctp", "ipip", "sit", "ip6_tunnel", "ip_gre", "ip6_gre", "fou", "fou6"];
const tunnels = ["ipip4", "sit4", "tnl6", "gre4", "gre6", "sum4", "sum6"];

function client(): Node {
  const all = Array.from({ length: clients }, (_, i) => i);
  return {
    settings: noFilter,
    ip: [
      ...all.map((i) => `address add ${clientAddress("ipv4", i)}/24 dev eth0`),
      ...all.map((i) => `address add ${clientAddress("ipv6", i)}/64 dev eth0 nodad`),
      "address add 10.80.3.1/24 dev eth1",
      "address add fd80:3::1/64 dev eth1 nodad",
      "route add 10.80.2.0/24 via 10.80.1.1",
      "route add 10.90.0.0/16 via 10.80.1.1",
      "route add fd80:2::/64 via fd80:1::1",
      "route add fd90::/64 via fd80:1::1",
    ],
  };
}

function director(marks: string): Node {
  return {
    settings: { ...noFilter, "net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1 },
    ip: [
      "address add 10.80.1.1/24 dev eth0",
      "address add fd80:1::1/64 dev eth0 nodad",
      "address add 10.80.2.1/24 dev eth1",
      "address add fd80:2::1/64 dev eth1 nodad",
      "route add local 10.90.0.0/16 dev lo",
      "route add local fd90::/64 dev lo",
    ],
    nft: marks,
  };
}

function member(i: number): Node {
  const own = memberAddress("ipv4", i);
  const own6 = memberAddress("ipv6", i);
  const sum = checksumAddress("ipv4", i);
  const sum6 = checksumAddress("ipv6", i);
  return {
    settings: {
      ...noFilter,
      "net.ipv4.conf.all.arp_ignore": 1,
      "net.ipv4.conf.all.arp_announce": 2,
      "net.ipv6.ip_nonlocal_bind": 1,
    },
    ip: [
      `address add ${own}/24 dev eth0`,
      `address add ${own6}/64 dev eth0 nodad`,
      `address add ${sum}/24 dev eth0`,
      `address add ${sum6}/64 dev eth0 nodad`,
      `address add 10.80.3.${11 + i}/24 dev eth1`,
      `address add fd80:3::${11 + i}/64 dev eth1 nodad`,
      "route add default via 10.80.2.1",
      "route add default via fd80:2::1",
      "route add local 10.90.0.0/16 dev lo",
      "route add local fd90::/64 dev lo",
      "rule add from 10.90.0.0/16 lookup 100",
      "route add default via 10.80.3.1 table 100",
      "route add default via fd80:3::1 table 100",
      // Packets of either family come in those of either family.
      `link add ipip4 type ipip local ${own}`,
      `link add sit4 type sit local ${own}`,
      `link add tnl6 type ip6tnl mode any local ${own6}`,
      `link add gre4 type gre local ${own}`,
      `link add gre6 type ip6gre local ${own6}`,
      `link add sum4 type gre local ${sum} icsum`,
      `link add sum6 type ip6gre local ${sum6} icsum`,
      ...tunnels.map((device) => `link set ${device} up`),
      `fou add port ${guePort} gue`,
      `fou add port ${guePort} gue -6`,
    ],
    ip6: ["rule add from fd90::/64 lookup 100"],
  };
}
