import * as pulumi from "@pulumi/pulumi";
import {
  BackendVm,
  Director,
  Host,
  IpvsService,
  Proof,
  RealServer,
  Scheduler,
  Vip,
} from "../../components";

/** How SSH reaches a machine. */
interface Login {
  host: string;
  port?: number;
  user: string;
  hostKey: string;
}
/** A machine of yours. */
interface Server extends Login {
  name: string;
  interface: string;
  address: string;
}

const config = new pulumi.Config();
const port = config.requireNumber("port");
const privateKey = config.requireSecret("privateKey");
const way = config.requireObject<Partial<Login>>("bastion");
const bastion =
  way.host === undefined
    ? undefined
    : { ...(way as Login), privateKey: config.getSecret("bastionKey") ?? privateKey };

// The machines exist already: each is reached by its address, with a key and its own pinned host key.
function host({ name, interface: device, address, ...login }: Server): Host {
  return new Host(name, { ssh: { ...login, privateKey, bastion }, interface: device, address });
}

const machine = host(config.requireObject<Server>("director"));
const director = new Director("director", { host: machine });
const vip = new Vip("vip", { host: machine, address: config.require("vip") });

// Web servers that this program sets up on your machines …
const webServers = config
  .requireObject<(Server & { page: string })[]>("webServers")
  .map(({ page, ...server }) => new BackendVm(server.name, { host: host(server), page, port }));

// … and servers that run already: the program needs only their addresses.
const members = config
  .requireObject<{ name: string; address: string; port?: number; weight?: number }[]>("members")
  .map(({ name, ...member }) => new RealServer(name, member));

const service = new IpvsService("web", {
  director,
  vip,
  port,
  scheduler: config.require<Scheduler>("scheduler"),
  realServers: [
    ...webServers.map((backend) => new RealServer(backend.explanation.name, { backend })),
    ...members,
  ],
});

// The director itself makes the requests; every web server of this program must answer.
const proof = new Proof("proof", { service, clients: [machine] });

/** The address to ask. */
export const url = service.url;
/** Who answered, in order and counted. */
export const answers = proof.answers;
/** What `ipvsadm -Ln` printed on the director. */
export const table = proof.table;
