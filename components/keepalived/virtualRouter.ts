import { createHash } from "node:crypto";
import { Block, written } from "./block";

/**
 * One director's part in a virtual router: a group of directors of which one at a time has some addresses (VRRP, RFC
 * 9568).
 */
export interface VirtualRouter {
  /** keepalived's name for it. */
  name: string;
  /** 1 to 255. */
  id: number;
  /** The interface of the network that the directors share. */
  interface: string;
  /** The live director with the greatest priority gets the addresses, 1 to 254. */
  priority: number;
  /** Seconds from one heartbeat to the next. */
  advertInterval: number;
  /** True if it takes the addresses back from a director with a lower priority. */
  preempt: boolean;
  /** The director's own address, and those of the others. */
  own: string;
  peers: string[];
  /** With prefixes. */
  addresses: string[];
}

/**
 * The `vrrp_instance` of keepalived.conf(5). Heartbeats are sent to, and accepted from, only the other directors: no
 * network has to forward multicast for it.
 */
export function vrrpInstance(router: VirtualRouter): string {
  const { name, id, priority, advertInterval, preempt, own, peers, addresses } = router;
  const device = (address: string) => `${address}${source(address)} dev ${router.interface}`;
  const [ipv6, ipv4] = [true, false].map((is) => addresses.filter((a) => a.includes(":") === is));
  const block: Block = {
    head: `vrrp_instance ${name}`,
    body: [
      "state BACKUP",
      `interface ${router.interface}`,
      `virtual_router_id ${id}`,
      `priority ${priority}`,
      "version 3",
      `advert_int ${advertInterval}`,
      ...(preempt ? [] : ["nopreempt"]),
      "check_unicast_src",
      `unicast_src_ip ${own}`,
      { head: "unicast_peer", body: peers },
      { head: "virtual_ipaddress", body: (ipv4 ?? []).map(device) },
      // Heartbeats name only addresses of their own family.
      ...(ipv6?.length ? [{ head: "virtual_ipaddress_excluded", body: ipv6.map(device) }] : []),
    ],
  };
  return `${written(block).join("\n")}\n`;
}

/**
 * Makes the director's own address the source of its connections. keepalived does that by itself only for a prefix of
 * 128.
 */
function source(address: string): string {
  return address.includes(":") && !address.endsWith("/128") ? " preferred_lft 0" : "";
}

/**
 * The number by which these directors' daemons recognise each other, 1 to 255. With 0, a daemon would also hear all
 * others.
 */
export function syncIdOf(addresses: string[]): number {
  const hash = createHash("sha256").update(addresses.toSorted().join(" ")).digest();
  return 1 + (hash.readUInt32BE(0) % 255);
}
