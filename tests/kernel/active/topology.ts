import { linksOf } from "../directors";
import type { Node } from "../machine";

/*
 *            10.80.1.0/24         10.80.4.0/24                      10.80.2.0/24
 *   client ────────────── router ══════════════ director1 to 3 ─────────────────── member1 to 4
 *                           │      equal costs                                      │
 *                           └───────────────────────────────────────────────────────┘
 *                                  answers, past the directors, 10.80.3.0/24
 *
 * IPv6 is the same in fd80::. The router runs FRRouting, each director a BIRD.
 */

export const directors = ["director1", "director2", "director3"];
export const members = ["member1", "member2", "member3", "member4"];
export const vips = { ipv4: "10.90.0.1", ipv6: "fd90::1" } as const;
export const port = 8080;
export const asNumbers = { directors: 65001, router: 65000 };
/** The client's addresses. */
export const clients = 40;

export const directorAddress = (i: number) => ({
  address: `10.80.4.${11 + i}`,
  address6: `fd80:4::${11 + i}`,
});
export const memberAddress = (member: string, family = "ipv4") =>
  `${family === "ipv4" ? "10.80.2." : "fd80:2::"}${11 + members.indexOf(member)}`;
export const router = { ipv4: "10.80.4.1", ipv6: "fd80:4::1" };

export const links = linksOf(directors, members);

const settings = {
  "net.ipv4.conf.all.rp_filter": 0,
  "net.ipv4.conf.default.rp_filter": 0,
  "net.ipv4.ip_forward": 1,
  "net.ipv6.conf.all.forwarding": 1,
  "net.ipv6.conf.all.accept_dad": 0,
  "net.ipv6.conf.default.accept_dad": 0,
};

export function nodes(): Record<string, Node> {
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  return {
    client: {
      settings,
      ip: [
        ...range(clients).map((i) => `address add 10.80.1.${10 + i}/24 dev eth0`),
        ...range(clients).map((i) => `address add fd80:1::${10 + i}/64 dev eth0 nodad`),
        "route add default via 10.80.1.1",
        "route add default via fd80:1::1",
      ],
    },
    router: {
      // By addresses, protocol and ports, as a router's hardware does; policy 1 would take a number of the client's socket.
      settings: {
        ...settings,
        "net.ipv4.fib_multipath_hash_policy": 3,
        "net.ipv4.fib_multipath_hash_fields": 0x37,
        "net.ipv6.fib_multipath_hash_policy": 3,
        "net.ipv6.fib_multipath_hash_fields": 0x37,
      },
      ip: [1, 4, 3].flatMap((net, i) => [
        `address add 10.80.${net}.1/24 dev eth${i}`,
        `address add fd80:${net}::1/64 dev eth${i} nodad`,
      ]),
    },
    ...Object.fromEntries(
      directors.map((d, i) => [
        d,
        {
          settings,
          ip: [
            `address add ${directorAddress(i).address}/24 dev eth0`,
            `address add ${directorAddress(i).address6}/64 dev eth0 nodad`,
            `address add 10.80.2.${1 + i}/24 dev eth1`,
            `address add fd80:2::${1 + i}/64 dev eth1 nodad`,
            `route add default via ${router.ipv4}`,
            `route add default via ${router.ipv6}`,
          ],
        },
      ]),
    ),
    ...Object.fromEntries(
      members.map((m, i) => [
        m,
        {
          settings: {
            ...settings,
            "net.ipv4.conf.all.arp_ignore": 1,
            "net.ipv4.conf.all.arp_announce": 2,
          },
          ip: [
            `address add ${memberAddress(m)}/24 dev eth0`,
            `address add ${memberAddress(m, "ipv6")}/64 dev eth0 nodad`,
            `address add 10.80.3.${11 + i}/24 dev eth1`,
            `address add fd80:3::${11 + i}/64 dev eth1 nodad`,
            `address add ${vips.ipv4}/32 dev lo`,
            `address add ${vips.ipv6}/128 dev lo nodad preferred_lft 0`,
            "route add default via 10.80.3.1",
            "route add default via fd80:3::1",
          ],
        },
      ]),
    ),
  };
}
