import {
  BackendVm,
  Director,
  Host,
  IpvsService,
  NetnsBackend,
  RealServer,
  StaticRedirect,
  Vip,
} from "../../../components";
import { host, workshop } from "../workshop";

export const page = "x";
export const machine = {
  machine: { name: "m" },
  interface: "enp0s8",
  address: "10.10.10.9/24",
};
export const ssh = {
  host: "lb1.example.org",
  user: "admin",
  privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
  hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
};

export const bastion = { ...ssh, host: "bastion.example.org", port: 2222 };

/** The workshop's lab, and beside it what the contradictions need. */
export function lab() {
  const made = workshop();
  const { director, vip } = made;
  const machine3 = host("machine3", "10.10.10.8/24");
  const far = new Vip("far", { host: machine3, address: "10.10.10.101" });
  const syncing = new Director("syncing", {
    host: machine3,
    syncDaemons: [{ role: "master", interface: "enp0s8" }],
  });
  const ipv6 = new Vip("v6", { host: made.machine1, address: "2001:db8::1" });
  const udp = new IpvsService("dns", { director, vip, port: 53, protocol: "udp", realServers: [] });
  service(made, "rest", { port: 0, persistence: {} });
  service(made, "range", { port: undefined, firewallMark: 7, ports: ["8400-8499"] });
  const spare = new Vip("spare", { host: made.machine1, address: "10.10.10.102" });
  new StaticRedirect("plain", { director, vip: spare, port: 80, address: "10.10.10.2" });
  netns(made, "first", { namespace: "ns-of-one-shop-1", address: "10.10.10.5" });
  const place = { host: made.backend1.host, namespace: "ns-remote", address: "10.10.10.6" };
  const remote = new NetnsBackend("remote", { ...place, port: 90, listen: "any", page });
  const machine5 = host("machine5", "10.10.10.9/24");
  const checking = {
    director: new Director("checking", { host: machine5, engine: "keepalived" }),
    vip: new Vip("checked", { host: machine5, address: "10.10.10.110" }),
  };
  const realServers = [
    new RealServer("remote", {
      backend: remote,
      forwarding: "ipip",
      tunnel: { type: "gre", checksum: "csum" },
    }),
  ];
  new IpvsService("gre", { director, vip, port: 90, realServers });
  const both = { ...machine, address: "10.10.10.7/24", address6: "2001:db8::7/64" };
  const six = new BackendVm("six", { machine: { ...both, machine: { name: "machine4" } }, page });
  return { ...made, six, far, ipv6, spare, udp, remote, syncing, checking };
}
export type Lab = ReturnType<typeof lab>;

export function netns({ machine1 }: { machine1: Host }, name: string, args: object = {}) {
  const other = { host: machine1, namespace: "ns-other", address: "10.10.10.4", page };
  return new NetnsBackend(name, { ...other, ...args });
}

export function service(
  { director, vip }: Pick<Lab, "director" | "vip">,
  name: string,
  args: object = {},
) {
  return new IpvsService(name, { director, vip, port: 8080, realServers: [], ...args });
}

export function redirect({ director, vip }: Lab, name: string, args: object = {}) {
  return new StaticRedirect(name, { director, vip, port: 8080, ...args });
}

/** What a mistake is, how it is made in a lab that is right, and the message in full. */
export type Mistake<L = Lab> = [what: string, make: (lab: L) => unknown, message: string];
