export interface Link {
  name: string;
  alternatives: string[];
  up: boolean;
  /** With prefix lengths, such as 10.10.10.1/24. */
  addresses: string[];
  /** Those of them that are not used as a source of the machine's own connections (IPv6). */
  deprecated?: string[];
}

export interface Route {
  destination: string;
  device: string;
  gateway?: string;
  /** The gateways of a route that has several, with equal cost. */
  nextHops?: string[];
  source?: string;
}

export interface Namespace {
  links: Link[];
  routes: Route[];
  tunnelPorts: string[];
}

/** The interface with this name, or with this alternative name. */
export function linkCalled(name: string, { links }: Pick<Namespace, "links">): Link | undefined {
  return links.find((link) => link.name === name || link.alternatives.includes(name));
}

/** As `ip -j addr` prints them. */
export interface IpLink {
  ifname: string;
  altnames?: string[];
  flags: string[];
  addr_info: { family: string; local: string; prefixlen: number; deprecated?: boolean }[];
}

export function linksOf(links: Partial<IpLink>[]): Link[] {
  return links.flatMap((link) =>
    link.ifname === undefined
      ? []
      : {
          name: link.ifname,
          alternatives: link.altnames ?? [],
          up: link.flags?.includes("UP") ?? false,
          addresses: (link.addr_info ?? []).map((a) => `${a.local}/${a.prefixlen}`),
          deprecated: (link.addr_info ?? []).flatMap((a) =>
            a.deprecated ? [`${a.local}/${a.prefixlen}`] : [],
          ),
        },
  );
}

/** As `ip -j route` prints them. */
interface IpRoute {
  dst: string;
  dev?: string;
  gateway?: string;
  prefsrc?: string;
  nexthops?: { gateway?: string }[];
}

function routesOf(routes: IpRoute[]): Route[] {
  return routes.map((route) => ({
    destination: route.dst,
    device: route.dev ?? "",
    gateway: route.gateway,
    ...(route.nexthops && { nextHops: route.nexthops.flatMap((hop) => hop.gateway ?? []) }),
    source: route.prefsrc,
  }));
}

/** IPv6, read only where a namespace of the program has such an address. */
export interface Ipv6 {
  /** The machine's routes. */
  routes: Route[];
  /** Addresses that it answers for, each with the interface: "2001:db8::3 enp0s8". */
  proxies: string[];
  /** The routes inside each namespace that has an IPv6 address, by its name. */
  inside: Map<string, Route[]>;
}

/** Parses lines "NAME ROUTES", "@routes ROUTES" and "@proxies NEIGHBOURS", as `ip -6 -j` prints them. */
export function ipv6Of(lines: string[]): Ipv6 {
  const parts = new Map(
    lines.map((line) => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), JSON.parse(line.slice(at + 1)) as unknown[]] as const;
    }),
  );
  const proxies = (parts.get("@proxies") ?? []) as { dst: string; dev: string }[];
  return {
    routes: routesOf((parts.get("@routes") ?? []) as IpRoute[]),
    proxies: proxies.map(({ dst, dev }) => `${dst} ${dev}`),
    inside: new Map(
      [...parts]
        .filter(([name]) => !name.startsWith("@"))
        .map(([name, routes]) => [name, routesOf(routes as IpRoute[])]),
    ),
  };
}

/** As `ip -j fou show` prints them. */
interface IpFou {
  port: number;
  family: string;
}

/** Parses the output of `ip -j`: addresses, then routes, then UDP ports of tunnels if they were requested. */
export function namespaceOf(lines: string[]): Namespace {
  const [links = "[]", routes = "[]", ports = "[]"] = lines;
  return {
    links: linksOf(JSON.parse(links) as Partial<IpLink>[]),
    routes: routesOf(JSON.parse(routes) as IpRoute[]),
    tunnelPorts: (JSON.parse(ports) as IpFou[]).map(
      ({ port, family }) => `${port} ${family === "inet6" ? "-6" : "-4"}`,
    ),
  };
}
