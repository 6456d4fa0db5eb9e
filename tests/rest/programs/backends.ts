import {
  BackendVm,
  Director,
  IpvsService,
  NetnsBackend,
  Proof,
  RealServer,
  SourceNat,
  StaticRedirect,
  Vip,
} from "../../../components";
import { Program } from "../testbed";

export const backends: Record<string, Program> = {
  "web servers of the machine, some of them stopped on purpose": {
    declare: (testbed) => {
      const host = testbed.host();
      new BackendVm("apache", { host, page: "apache", port: 8080 });
      new BackendVm("nginx", { host, page: "nginx\n", port: 8081, webServer: "nginx" });
      new BackendVm("everywhere", {
        ...{ host, page: "«everywhere»\r\n\n", port: 8082, listen: "any", webServer: "nginx" },
      });
      new BackendVm("Apache, stopped", { host, page: "a", port: 8083, running: false });
      new BackendVm("nginx-stopped", {
        ...{ host, page: "n", port: 8084, running: false, webServer: "nginx", purgePackages: true },
      });
    },
  },
  "a namespace with nginx, and one that others made": {
    before: "ip netns add rest-others",
    declare: (testbed) => {
      const host = testbed.host();
      new NetnsBackend("nginx", {
        ...{ host, namespace: "rest-nginx", address: "192.0.2.31", page: "nginx" },
        ...{ webServer: "nginx", veth: "restn", gateway: "192.0.2.1" },
      });
      new NetnsBackend("others", {
        ...{ host, namespace: "rest-others", address: "192.0.2.32", page: "others", adopt: true },
        running: false,
      });
    },
  },
  "backends that are balanced, redirected to and proven": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const { host } = director;
      const apache = new BackendVm("apache", { host, page: "apache", port: 8080 });
      const nginx = new NetnsBackend("nginx", {
        ...{ host, namespace: "rest-nginx", address: "192.0.2.31", page: "nginx" },
        ...{ port: 8080, webServer: "nginx" },
      });
      const realServers = [apache, nginx].map(
        (backend) => new RealServer(backend.explanation.name, { backend }),
      );
      const service = new IpvsService("web", {
        director,
        vip,
        port: 80,
        scheduler: "rr",
        realServers,
      });
      new Proof("proof", { service, clients: [host], requests: 4 });
      const other = new Vip("other", { host, address: "192.0.2.101" });
      new StaticRedirect("redirect", { director, vip: other, port: 80, backend: nginx });
    },
  },
  "the workshop, on two machines": {
    machines: 2,
    declare: (testbed) => {
      const machine1 = testbed.hostOfTwo("machine1", 0);
      const machine2 = testbed.hostOfTwo("machine2", 1);
      const director = new Director("director", { host: machine1 });
      const backend1 = new BackendVm("BACKEND-1", { host: machine2, page: "Réponse de BACKEND-1" });
      const backend2 = new NetnsBackend("BACKEND-2", {
        ...{ host: machine1, namespace: "ns-backend2", veth: "veth1", address: "203.0.113.30" },
        page: "Réponse de BACKEND-2",
      });
      const vip = new Vip("vip", { host: machine1, address: "203.0.113.100" });
      const service = new IpvsService("web", {
        ...{ director, vip, port: 80, scheduler: "rr" },
        realServers: [
          new RealServer("BACKEND-1", { backend: backend1 }),
          new RealServer("BACKEND-2", { backend: backend2 }),
        ],
      });
      const nat = new SourceNat("nat", { director, vip });
      new StaticRedirect("redirect", {
        ...{ director, port: 80, backend: backend1 },
        vip: new Vip("redirect-vip", { host: machine1, address: "203.0.113.101" }),
      });
      const clients = [machine1, machine2];
      new Proof("proof", { service, clients, after: [nat.ready] });
    },
  },
  "a member on another machine by direct routing, its port marked": {
    warnings: [/^realServers: packets through tunnels/],
    machines: 2,
    declare: (testbed) => {
      const director = new Director("director", { host: testbed.hostOfTwo("lb", 0) });
      const vip = new Vip("vip", { host: director.host, address: "203.0.113.100" });
      const host = testbed.hostOfTwo("app", 1);
      const backend = new BackendVm("app", { host, page: "app", port: 8080, listen: "any" });
      const realServers = [new RealServer("app", { backend, forwarding: "gate" })];
      const marked = { director, vip, firewallMark: 4, ports: [8080] };
      new IpvsService("web", { ...marked, scheduler: "sh", realServers });
      const netns = new NetnsBackend("inside", {
        ...{ host, namespace: "rest-inside", address: "203.0.113.31", page: "inside" },
        ...{ port: 8080, listen: "any" },
      });
      const tunnel = { type: "gue", port: 6080 } as const;
      const far = new RealServer("inside", { backend: netns, forwarding: "ipip", tunnel });
      const other = new Vip("other", { host: director.host, address: "203.0.113.101" });
      new IpvsService("far", { director, vip: other, port: 8080, realServers: [far] });
    },
  },
};
