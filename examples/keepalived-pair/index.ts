import * as pulumi from "@pulumi/pulumi";
import { Director, Host, IpvsService, NetnsBackend, RealServer, Vip } from "../../components";

/** A machine of yours, how SSH reaches it, and the address of the web server that it gets. */
interface Server {
  name: string;
  host: string;
  port?: number;
  user: string;
  hostKey: string;
  interface: string;
  address: string;
  webServer: string;
}

const config = new pulumi.Config();
const port = config.requireNumber("port");
const privateKey = config.requireSecret("privateKey");
const servers = config.requireObject<Server[]>("servers");

const machines = servers.map(({ name, interface: device, address, webServer, ...login }) => {
  const host = new Host(name, { ssh: { ...login, privateKey }, interface: device, address });
  // Each machine is a director, whose keepalived checks the members …
  const director = new Director(`${name}-director`, { host, engine: "keepalived" });
  // … and has a web server too, in a namespace of its own: whichever director has the virtual address,
  // packets for it reach the web server through a tunnel.
  const backend = new NetnsBackend(`${name}-web`, {
    ...{ host, namespace: `ns-${name}`, address: webServer, page: name },
    ...{ port, listen: "any" },
  });
  return { name, director, backend };
});
const directors = machines.map(({ director }) => director);

// One of them has the virtual address. When it dies, another gets it and knows the connections.
const vip = new Vip("vip", {
  directors,
  address: config.require("vip"),
  virtualRouterId: config.getNumber("virtualRouterId"),
});

const service = new IpvsService("web", {
  directors,
  vip,
  port,
  scheduler: "wlc",
  realServers: machines.map(
    ({ name, backend }) =>
      new RealServer(name, {
        backend,
        forwarding: "ipip",
        // Checked once a second, and removed at the first failure.
        check: { type: "http", path: "/", interval: 1, timeout: 1, retries: 0 },
      }),
  ),
});

/** The address to ask, from another machine: the directors themselves cannot be clients. */
export const url = service.url;
/** What each director's kernel has, in ipvsadm's words. */
export const lines = service.lines;
