import {
  BackendVm,
  Director,
  Host,
  IpvsService,
  IpvsServiceArgs,
  NetnsBackend,
  RealServer,
  SourceNat,
  StaticRedirect,
  Vip,
} from "../../components";

export function host(name = "machine1", address = "10.10.10.1/24"): Host {
  return new Host(name, { machine: { name }, interface: "enp0s8", address });
}

/** A lab like the workshop's, from its components; what is given replaces the service's arguments. */
export function workshop(changes: Partial<IpvsServiceArgs> = {}) {
  const machine1 = host();
  const director = new Director("director", { host: machine1 });
  const backend1 = new BackendVm("BACKEND-1", {
    machine: { machine: { name: "machine2" }, interface: "enp0s8", address: "10.10.10.2/24" },
    page: "Réponse du serveur BACKEND-1",
  });
  const backend2 = new NetnsBackend("BACKEND-2", {
    host: machine1,
    namespace: "ns-backend2",
    veth: "veth1",
    address: "10.10.10.3",
    page: "Réponse du serveur BACKEND-2",
  });
  const vip = new Vip("vip", { host: machine1, address: "10.10.10.100" });
  const service = new IpvsService("web", {
    director,
    vip,
    port: 80,
    scheduler: "rr",
    realServers: [
      new RealServer("BACKEND-1", { backend: backend1 }),
      new RealServer("BACKEND-2", { backend: backend2 }),
    ],
    ...changes,
  });
  const nat = new SourceNat("nat", { director, vip });
  const redirect = new StaticRedirect("redirect", {
    director,
    vip: new Vip("redirect-vip", { host: machine1, address: "10.10.10.101" }),
    port: 80,
    backend: backend1,
  });
  return { machine1, director, backend1, backend2, vip, service, nat, redirect };
}
