import { Director, IpvsService, Vip } from "../../../components";
import type { Host } from "../../../components";
import type { ActiveDirectors, Family } from "./activeDirectors";
import { neighbors } from "./activeDirectors";
import { asNumbers, directors, memberAddress, members, port, vips } from "./topology";

export interface Options {
  scheduler?: "mh" | "sh" | "rr";
  /** True if clients' ports count too, for `mh` and `sh`. @default true */
  byPort?: boolean;
  maintenance?: string;
  weight?: number;
  /** The directors that have the addresses. @default all */
  among?: string[];
  /** A member that the services do not have. */
  without?: string;
  /** True if each director tells the others of its connections. */
  sync?: boolean;
  bgp?: { med?: number; communities?: string[]; port?: number };
  /** The families that have an address, and sessions. @default both */
  families?: Family[];
}

/** Brings up the program: a director on each of these hosts, an address of each family, and its service. */
export function up(lab: ActiveDirectors, options: Options = {}): Promise<string> {
  return lab.up((hosts) => {
    declare(hosts, options);
  });
}

function declare(hosts: Host[], options: Options): void {
  const { scheduler = "mh", byPort = true, maintenance, weight = 1, among = directors } = options;
  const { families = ["ipv4", "ipv6"] } = options;
  const syncDaemons = (["master", "backup"] as const).map((role) => ({ role, interface: "eth1" }));
  const all = hosts
    .filter(({ label }) => among.includes(label))
    .map(
      (host) =>
        new Director(host.label, {
          ...{ host, maintenance: host.label === maintenance },
          ...(options.sync === true && { syncDaemons }),
        }),
    );
  for (const family of families) {
    const announce = {
      bgp: { asn: asNumbers.directors, neighbors: neighborsOf(families), ...options.bgp },
    };
    const vip = new Vip(family, { directors: all, address: vips[family], announce });
    new IpvsService(`web-${family}`, {
      ...{ directors: all, vip, port, scheduler, drainTimeout: 2 },
      ...(scheduler !== "rr" && byPort && { schedulerFlags: [`${scheduler}-port` as const] }),
      realServers: members
        .filter((member) => member !== options.without)
        .map((member) => ({
          address: memberAddress(member, family),
          ...{ forwarding: "gate" as const, weight },
        })),
    });
  }
}

/** The neighbours that addresses of these families are announced to. */
function neighborsOf(families: Family[]) {
  return neighbors.filter(({ address }) =>
    families.includes(address.includes(":") ? "ipv6" : "ipv4"),
  );
}
