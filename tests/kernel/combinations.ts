import type { Tunnel } from "../../components/ipvs/forwarding";
import type { Scheduler } from "../../components/ipvs/schedulers";
import { schedulers as allSchedulers } from "../../components/ipvs/schedulers";
import type { MemberOptions } from "../../components/ipvs/serviceLines";
import type { Service } from "./lines";
import { hasModule, type Protocol } from "./machine";
import {
  checksumAddress,
  type Family,
  guePort,
  memberAddress,
  members,
  ports,
  vip,
} from "./topology";

export type { Scheduler };
/** The schedulers of the machine's kernel: "twos" is not in every distribution's. */
export const schedulers = allSchedulers.filter((s) => s !== "twos" || hasModule("ip_vs_twos"));

/** The ports that are marked: one service for all of them. */
export const markedPorts = "8100-8102";

/** How packets come to the members; `name` is what the agent counts. */
export interface Way {
  name: "masquerade" | "gate" | "ipip" | "gue" | "gre";
  /** Clients and the virtual address. */
  family: Family;
  /** The members. */
  inner: Family;
  tunnel?: Tunnel;
}

export interface Combination {
  title: string;
  /** Its virtual addresses and its firewall mark are of this number. */
  number: number;
  protocol: Protocol;
  way: Way;
  scheduler: Scheduler;
  service: Service;
}

const families = ["ipv4", "ipv6"] as const;
const plainTunnels: (Tunnel & { type: "ipip" | "gue" | "gre" })[] = [
  { type: "ipip" },
  { type: "gue", port: guePort },
  { type: "gre", checksum: "nocsum" },
];

/** Every way that the kernel has: families may differ in tunnels only. */
export const ways: Way[] = families.flatMap((family) => [
  { name: "masquerade", family, inner: family },
  { name: "gate", family, inner: family },
  ...families.flatMap((inner) =>
    plainTunnels.map((tunnel): Way => ({ name: tunnel.type, family, inner, tunnel })),
  ),
]);

/** The checksums of tunnels, which are not worth a matrix of their own. */
export const checksumWays: Way[] = families.flatMap((family) =>
  families.flatMap((inner): Way[] => [
    { name: "gue", family, inner, tunnel: { type: "gue", port: guePort, checksum: "csum" } },
    { name: "gue", family, inner, tunnel: { type: "gue", port: guePort, checksum: "remcsum" } },
    { name: "gre", family, inner, tunnel: { type: "gre", checksum: "csum" } },
  ]),
);

export function wayTitle({ name, family, inner, tunnel }: Way): string {
  const checksum = tunnel?.checksum && tunnel.checksum !== "nocsum" ? ` ${tunnel.checksum}` : "";
  return `${family} ${name}${checksum}${inner === family ? "" : ` to ${inner} members`}`;
}

/** Weights that show what a scheduler makes of them. */
const weights: Partial<Record<Scheduler, number[]>> = {
  wrr: [3, 2, 1],
  wlc: [3, 2, 1],
  sed: [3, 2, 1],
  nq: [3, 2, 1],
  fo: [1, 3, 2],
  ovf: [1, 3, 2],
  twos: [3, 2, 1],
};

let last = 0;

/** A service of three members, with addresses of its own; `changes` make it special. */
export function combination(
  kind: Protocol | "mark",
  way: Way,
  scheduler: Scheduler,
  changes: Partial<Service> & { title?: string } = {},
): Combination {
  const { title, ...options } = changes;
  const number = ++last;
  const protocol = kind === "mark" ? "tcp" : kind;
  const port = kind === "mark" ? 0 : ports[0];
  const claim =
    kind === "mark" ? { firewallMark: number } : { vip: vip(way.family, number), port, protocol };
  const realServers = members.map((_, i): MemberOptions => ({
    address: addressOf(way, i),
    port: way.name === "masquerade" && kind !== "mark" ? ports[1] : port,
    forwarding: way.tunnel ? "ipip" : (way.name as "masquerade" | "gate"),
    tunnel: way.tunnel,
    weight: weights[scheduler]?.[i] ?? 1,
    upperThreshold: 0,
    lowerThreshold: 0,
  }));
  const what = kind === "mark" ? "firewall mark" : kind;
  return {
    title: `${what} ${wayTitle(way)} ${scheduler}${title ? `: ${title}` : ""}`,
    number,
    protocol,
    way,
    scheduler,
    service: { family: way.family, ...claim, scheduler, realServers, ...options },
  };
}

function addressOf({ inner, tunnel }: Way, i: number): string {
  const sums = tunnel?.type === "gre" && tunnel.checksum === "csum";
  return sums ? checksumAddress(inner, i) : memberAddress(inner, i);
}

/** nftables rules that give each combination's virtual addresses its mark: somebody else marks. */
export function marking(marked: Combination[]): string {
  const map = (family: Family, prefix: number) =>
    marked
      .filter(({ way }) => way.family === family)
      .map(({ number }) => `${vip(family, number)}/${prefix} : ${number}`)
      .join(", ");
  return `table inet marks {
    map four { type ipv4_addr : mark; flags interval; elements = { ${map("ipv4", 28)} }; }
    map six { type ipv6_addr : mark; flags interval; elements = { ${map("ipv6", 124)} }; }
    chain prerouting {
      type filter hook prerouting priority mangle;
      tcp dport ${markedPorts} meta mark set ip daddr map @four
      tcp dport ${markedPorts} meta mark set ip6 daddr map @six
      udp dport ${markedPorts} meta mark set ip daddr map @four
      udp dport ${markedPorts} meta mark set ip6 daddr map @six
    }
  }`;
}
