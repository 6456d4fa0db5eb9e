import {
  BackendVm,
  Director,
  IpvsService,
  NetnsBackend,
  RealServer,
  RealServerArgs,
  Vip,
} from "../../../../components";
import { host } from "../../../support/lab/machineLogin";

const machine1 = host("machine1", "10.10.10.1/24");
const machine2 = host("machine2", "10.10.10.2/24");
const director = new Director("director", {
  host: machine1,
  localClients: true,
  timeouts: { tcp: 600, udp: 60 },
  sysctls: { sloppy_tcp: 1 },
  syncDaemons: [{ role: "master", interface: "enp0s8", id: 7 }],
});

// Packets for a virtual address reach the one by direct routing, the other through tunnels.
const web = { port: 8080, listen: "any" } as const;
const near = new NetnsBackend("near", {
  ...{ host: machine1, namespace: "ns-near", address: "10.10.10.21", page: "near" },
  ...web,
});
const far = new NetnsBackend("far", {
  ...{ host: machine2, namespace: "ns-far", address: "10.10.10.22", page: "far" },
  ...web,
});
const whole = new BackendVm("whole", { host: machine2, page: "whole", ...web });

function service(name: string, address: string, members: Record<string, RealServerArgs>): void {
  const realServers = Object.entries(members).map(
    ([member, args]) => new RealServer(`${name}-${member}`, args),
  );
  const vip = new Vip(name, { host: machine1, address });
  new IpvsService(name, { director, vip, port: 8080, realServers });
}

service("direct", "10.10.10.110", {
  near: { backend: near, forwarding: "gate" },
  far: { backend: far, forwarding: "ipip" },
});
service("tunnels", "10.10.10.111", {
  near: { backend: near, forwarding: "ipip", tunnel: { type: "gre" } },
  far: { backend: far, forwarding: "ipip", tunnel: { type: "gue", port: 5555 } },
});
// A machine and its own namespace have the same virtual address; the director itself is the client.
service("shared", "10.10.10.112", {
  whole: { backend: whole, forwarding: "gate" },
  far: { backend: far, forwarding: "ipip" },
});
