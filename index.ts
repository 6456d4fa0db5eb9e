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
  Router,
  SourceNat,
  StaticRedirect,
  Vip,
} from "./components";
import {
  announcement,
  backendSettings,
  hostOf,
  lab,
  localClients,
  member,
  netns,
  web,
} from "./config";
import { isInNetns } from "./config/schema";
import { machine } from "./machine";

// 2. The machines, as many as the shape has. In the workshop machine1 balances the load …
const hosts = Object.keys(lab.machines).map((name) => new Host(name, ...machine(name)));
const directorOn = (name: string, resource: string) =>
  new Director(resource, {
    host: hostOf(name, hosts),
    engine: lab.engine,
    localClients: localClients(name),
    purgePackages: lab.purgePackages,
  });
const director = directorOn(lab.director, "director");
const directors = [director, ...lab.moreDirectors.map((one) => directorOn(one, `director-${one}`))];

// … and machine2 is the first backend, a web server with a page of its own.
// 3, steps 1 and 2. The second backend: a network namespace with a web server really inside it.
const backends = backendSettings.map((b) => {
  const host = hostOf(b.machine, hosts);
  return isInNetns(b)
    ? new NetnsBackend(b.name, { host, ...netns(b) })
    : new BackendVm(b.name, { host, ...web(b) });
});

// 3, step 3. The virtual address, and the service that shares its connections among the backends. Several directors
// share the address: one of them has it, and another takes it over when that one dies. With a router all of them have
// it, and announce it to the router.
const isShared = directors.length > 1;
const holders = isShared ? { directors, ...announcement } : { host: director.host };
const balancers = isShared ? { directors } : { director };
const vip = new Vip("vip", { ...holders, address: lab.vip });
const service = new IpvsService("web", {
  ...balancers,
  vip,
  port: lab.port,
  scheduler: lab.scheduler,
  schedulerFlags: lab.schedulerFlags,
  realServers: backendSettings.map(
    (b, i) => new RealServer(b.name, { backend: backends[i], ...member(b) }),
  ),
});

// The router spreads connections over all directors, once they announce the address of a service with a live member.
const router =
  lab.router &&
  new Router("router", {
    host: hostOf(lab.router.machine, hosts),
    vips: [vip],
    services: [service],
    purgePackages: lab.purgePackages,
  });

// machine2 is a client on the backends' own network: without source NAT they would answer it directly, past machine1.
// With a router that is what they do.
const natOn = (one: Director, name: string, address: Vip) =>
  address.isAnnounced
    ? undefined
    : new SourceNat(one === director ? name : `${name}-${one.host.label}`, {
        director: one,
        vip: address,
      });
const nats = directors.map((one) => natOn(one, "nat", vip));

// The same service over IPv6, in a shape that has an address for it.
const vip6 =
  lab.vip6 === undefined ? undefined : new Vip("vip6", { ...holders, address: lab.vip6 });
const service6 =
  vip6 &&
  new IpvsService("web6", {
    ...balancers,
    vip: vip6,
    port: lab.port,
    scheduler: lab.scheduler,
    schedulerFlags: lab.schedulerFlags,
    realServers: backendSettings.map(
      (b, i) =>
        new RealServer(`${b.name}-ipv6`, { backend: backends[i], family: "ipv6", ...member(b) }),
    ),
  });
const nats6 = vip6 ? directors.map((one) => natOn(one, "nat6", vip6)) : [];

// 1. The difference from a static redirection, which `npm run compare` shows: all its connections go to one backend.
const redirect =
  lab.redirect &&
  new StaticRedirect("redirect", {
    director,
    vip: new Vip("redirect-vip", { host: director.host, address: lab.redirect.vip }),
    port: lab.port,
    backend: backends.find(({ explanation }) => explanation.name === lab.redirect?.backend),
  });

// 3, step 4. The test: requests from both machines, and the answers.
const asking = {
  clients: lab.clients.map((name) => hostOf(name, hosts)),
  requests: lab.requests,
  after: [...nats, ...nats6, router].flatMap((one) => one?.ready ?? []),
};
const proof = new Proof("proof", { service, ...asking });
const proof6 = service6 && new Proof("proof6", { service: service6, ...asking });

/**
 * The balanced service: the director (and those that share its address, and their router), the address to ask (inside the
 * lab), the scheduler, the members and, if there are some, the way of the requests by the backends' logs, and the same
 * over IPv6.
 */
export const balanced = {
  director: director.host.label,
  ...(isShared && { moreDirectors: lab.moreDirectors }),
  ...(router && { router: { machine: router.host.label, directors: router.directors } }),
  url: service.url,
  scheduler: service.scheduler,
  persistence: service.persistence,
  members: service.members,
  ...(proof.traffic && { traffic: proof.traffic }),
  ...(proof6 && { ipv6: { url: service6.url, answers: proof6.answers } }),
};
/** The redirection, null if there is none: the address to ask, and the backend that gets everything. */
export const redirected = redirect ? { url: redirect.url, target: redirect.target } : null;
/** The answers of each client, in order and counted. */
export const answers = proof.answers;
/** The output of `ipvsadm -Ln` on the director. */
export const table = proof.table;
/** A description of each thing, its machine, and the command that shows it there. */
export const objects = explain(
  ...[...directors, ...backends, vip, service, router, ...nats],
  ...[redirect?.vip, redirect, vip6, service6, ...nats6],
);
/** The program on the machines that makes, removes and shows kernel objects. */
export const program = programPath;
/** The SSH access to each machine; used by `npm run ssh -- machine1`. */
export const machines = Object.fromEntries(hosts.map((host) => [host.label, host.access]));
/** The machines that make requests. */
export const clients = lab.clients;
