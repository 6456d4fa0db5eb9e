import * as pulumi from "@pulumi/pulumi";
import { BackendVm, Director, Host, IpvsService, RealServer, Vip } from "../../components";

/** A machine of yours, how SSH reaches it, and where it is. */
interface Server {
  name: string;
  host: string;
  port?: number;
  user: string;
  hostKey: string;
  interface: string;
  address: string;
  address6?: string;
}

/** The router, which spreads flows over all directors that announce an address. */
interface Router {
  address: string;
  address6?: string;
  asn: number;
}

const config = new pulumi.Config();
const port = config.requireNumber("port");
const asn = config.requireNumber("asn");
const privateKey = config.requireSecret("privateKey");
const password = config.requireSecret("password");
const router = config.requireObject<Router>("router");
const vips = config.requireObject<string[]>("vips");
const servers = config.requireObject<(Server & { maintenance?: boolean })[]>("directors");

function hostOf({ name, interface: device, address, address6, ...login }: Server): Host {
  return new Host(name, { ssh: { ...login, privateKey }, interface: device, address, address6 });
}

// Each director works all the time …
const directors = servers.map(
  ({ maintenance, ...server }) =>
    new Director(`${server.name}-director`, {
      host: hostOf(server),
      engine: "keepalived",
      maintenance,
    }),
);
// … and the web servers answer past it, so it does not matter which one a packet came by.
const backends = config.requireObject<Server[]>("webServers").map(
  (server) =>
    new BackendVm(`${server.name}-web`, {
      ...{ host: hostOf(server), page: server.name, port, listen: "any" },
    }),
);

const services = vips.map((address) => {
  const family = address.includes(":") ? "ipv6" : "ipv4";
  const neighbor = family === "ipv6" ? router.address6 : router.address;
  // Announced while a web server lives, as the director's own keepalived sees it.
  const vip = new Vip(`vip-${family}`, {
    ...{ directors, address },
    announce: {
      bgp: { asn, neighbors: neighbor ? [{ address: neighbor, asn: router.asn, password }] : [] },
    },
  });
  return new IpvsService(`web-${family}`, {
    ...{ directors, vip, port },
    // All directors choose the same web server for the same client and port.
    ...{ scheduler: "mh", schedulerFlags: ["mh-port"] },
    realServers: backends.map(
      (backend, i) =>
        new RealServer(`app${i + 1}-${family}`, {
          ...{ backend, family, forwarding: "gate" },
          check: { type: "http", path: "/", interval: 1, timeout: 1, retries: 1 },
        }),
    ),
  });
});

/** What clients ask, from behind the router. */
export const urls = services.map(({ url }) => url);
/** What FRRouting on the router needs, but for the password. */
export const routerConfiguration = [
  `router bgp ${router.asn}`,
  " no bgp ebgp-requires-policy",
  " neighbor directors peer-group",
  ` neighbor directors remote-as ${asn}`,
  " neighbor directors password PASSWORD",
  " neighbor directors bfd",
  ...servers.map(({ address }) => ` neighbor ${address.split("/")[0]} peer-group directors`),
  ...servers.flatMap(({ address6 }) =>
    address6 ? [` neighbor ${address6.split("/")[0]} peer-group directors`] : [],
  ),
  " address-family ipv4 unicast",
  "  maximum-paths 64",
  " address-family ipv6 unicast",
  "  neighbor directors activate",
  "  maximum-paths 64",
].join("\n");
