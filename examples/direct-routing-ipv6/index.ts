import * as pulumi from "@pulumi/pulumi";
import { BackendVm, Director, Host, IpvsService, RealServer, Vip } from "../../components";

/** A machine of yours, and how SSH reaches it. */
interface Server {
  name: string;
  host: string;
  port?: number;
  user: string;
  hostKey: string;
  interface: string;
  address: string;
  /** Its address on the network that is balanced, with prefix. */
  address6: string;
}

const config = new pulumi.Config();
const port = config.requireNumber("port");
const privateKey = config.requireSecret("privateKey");

function host({ name, interface: device, address, address6, ...login }: Server): Host {
  return new Host(name, { ssh: { ...login, privateKey }, interface: device, address, address6 });
}

const machine = host(config.requireObject<Server>("director"));
const director = new Director("director", { host: machine });

// Every real server will have it too, but only the director answers neighbours that ask for it.
const vip = new Vip("vip", { host: machine, address: config.require("vip") });

// Packets arrive as clients sent them, for the virtual address, so the web servers listen on any address.
const backends = config
  .requireObject<(Server & { page: string })[]>("realServers")
  .map(
    ({ page, ...server }) =>
      new BackendVm(server.name, { host: host(server), page, port, listen: "any" }),
  );

const service = new IpvsService("web", {
  director,
  vip,
  port,
  // A client stays with its real server, even across directors, because they choose by the same hash.
  scheduler: "mh",
  realServers: backends.map(
    (backend) =>
      new RealServer(backend.explanation.name, { backend, family: "ipv6", forwarding: "gate" }),
  ),
});

/** The address to ask, from another machine: the director itself cannot be a client. */
export const url = service.url;
/** What the director's kernel has, in ipvsadm's words. */
export const lines = service.lines;
