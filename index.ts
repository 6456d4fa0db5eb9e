import {
  BackendVm,
  Director,
  explain,
  Host,
  IpvsService,
  NetnsBackend,
  programPath,
  Proof,
  RealServer,
  SourceNat,
  StaticRedirect,
  Vip,
} from "./components";
import { backendOf, hostOf, lab, localClients, member, netns, web } from "./config";
import { machine } from "./machine";

// 2. The machines: machine1 balances the load …
const machine1 = new Host(lab.director, ...machine(lab.director));
const director = new Director("director", {
  host: machine1,
  engine: lab.engine,
  localClients,
  purgePackages: lab.purgePackages,
});

// … and machine2 is the first backend, a web server with a page of its own.
const machine2 = new Host(lab.backend1.machine, ...machine(lab.backend1.machine));
const backend1 = new BackendVm(lab.backend1.name, { host: machine2, ...web(lab.backend1) });

// 3, steps 1 and 2. The second backend: a network namespace with a web server really inside it.
const [backend2, ...moreBackends] = [lab.backend2, ...lab.moreBackends].map(
  (b) => new NetnsBackend(b.name, { host: hostOf(b.machine, machine1, machine2), ...netns(b) }),
);

// 3, step 3. The virtual address, and the service that shares its connections among the backends.
const vip = new Vip("vip", { host: machine1, address: lab.vip });
const service = new IpvsService("web", {
  director,
  vip,
  port: lab.port,
  scheduler: lab.scheduler,
  realServers: [
    new RealServer(lab.backend1.name, { backend: backend1, ...member(lab.backend1) }),
    new RealServer(lab.backend2.name, { backend: backend2, ...member(lab.backend2) }),
    ...lab.moreBackends.map(
      (b, i) => new RealServer(b.name, { backend: moreBackends[i], ...member(b) }),
    ),
  ],
});

// machine2 is a client on the backends' own network: without source NAT they would answer it directly, past machine1.
const nat = new SourceNat("nat", { director, vip });

// 1. The difference from a static redirection, which `npm run compare` shows: all its connections go to one backend.
const redirect =
  lab.redirect &&
  new StaticRedirect("redirect", {
    director,
    vip: new Vip("redirect-vip", { host: machine1, address: lab.redirect.vip }),
    port: lab.port,
    backend: backendOf(lab.redirect.backend, backend1, backend2, ...moreBackends),
  });

// 3, step 4. The test: requests from both machines, and the answers.
const proof = new Proof("proof", {
  service,
  clients: lab.clients.map((name) => hostOf(name, machine1, machine2)),
  requests: lab.requests,
  after: [nat.ready],
});

/** The balanced service: the director, the address to ask (inside the lab), the scheduler and the members. */
export const balanced = {
  director: machine1.label,
  url: service.url,
  scheduler: service.scheduler,
  persistence: service.persistence,
  members: service.members,
};
/** The redirection, if there is one: the address to ask, and the backend that gets everything. */
export const redirected = redirect && { url: redirect.url, target: redirect.target };
/** The answers of each client, in order and counted. */
export const answers = proof.answers;
/** The output of `ipvsadm -Ln` on the director. */
export const table = proof.table;
/** A description of each thing, its machine, and the command that shows it there. */
export const objects = explain(
  ...[director, backend1, backend2, ...moreBackends, vip, service, nat],
  ...[redirect?.vip, redirect],
);
/** The program on the machines that makes, removes and shows kernel objects. */
export const program = programPath;
/** The SSH access to each machine; used by `npm run ssh -- machine1`. */
export const machines = { [machine1.label]: machine1.access, [machine2.label]: machine2.access };
/** The machines that make requests. */
export const clients = lab.clients;
