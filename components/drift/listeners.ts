import { isIpv6 } from "../args/place";

/** A socket where routing daemons have theirs: BGP's and BFD's ports (observe.sh, section "listeners"). */
export interface Listener {
  protocol: "tcp" | "udp";
  /** An address, or undefined for all addresses of `families`. */
  address?: string;
  families: ("ipv4" | "ipv6")[];
  port: number;
  /** The program's name, and its process. */
  program: string;
  pid: string;
  /** The instance of a director's BIRD; undefined for what others run. */
  instance?: string;
}

/** @param line "tcp 0.0.0.0:179 bgpd 385", after which a director's BIRD has its instance. */
export function listenerOf(line: string): Listener[] {
  const parts = /^(tcp|udp) (\S+):(\d+) (\S+) (\S+)(?: (\S+))?$/.exec(line);
  if (!parts) {
    return [];
  }
  const [, protocol, at = "", port, program = "", pid = "", instance] = parts;
  const bare = at.replace(/[[\]]/g, "").replace(/%.*/, "");
  const isAll = ["*", "0.0.0.0", "::"].includes(bare);
  return [
    {
      protocol: protocol === "udp" ? "udp" : "tcp",
      ...(!isAll && { address: bare }),
      // "*" is a socket of IPv6 that takes both.
      families: bare === "*" ? ["ipv4", "ipv6"] : [isIpv6(bare) ? "ipv6" : "ipv4"],
      port: Number(port),
      program,
      pid,
      ...(instance !== undefined && { instance }),
    },
  ];
}

/** True when a socket has this port of an address, as the only one or with all others. */
export function hasPort(listener: Listener, address: string, port: number): boolean {
  const family = isIpv6(address) ? "ipv6" : "ipv4";
  return (
    listener.port === port &&
    (listener.address === undefined
      ? listener.families.includes(family)
      : listener.address === address)
  );
}
