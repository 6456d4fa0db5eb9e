import { BackendVm, Director, NetnsBackend, RealServer, SourceNat, Vip } from "../../../components";
import { Mistake, netns, page, redirect, service } from "./lab";

const member = (name: string, port?: number) =>
  new RealServer(name, { address: "10.10.10.4", port });

const marked = (firewallMark: number, ports: number | string) => ({
  port: undefined,
  firewallMark,
  ports: [ports],
});

/** What would be one on a machine, or in the kernel's table. */
export const collisions: Mistake[] = [
  [
    "a virtual address for the second time",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.100", interface: "lo" }),
    'Vip "v": address: Vip "vip" has address 10.10.10.100 on machine1 already; choose another',
  ],
  [
    "a virtual address that is a namespace's on the host",
    (lab) => new Vip("v", { host: lab.machine1, address: "10.10.10.3" }),
    'Vip "v": address: NetnsBackend "BACKEND-2" has address 10.10.10.3 on machine1 already; choose another',
  ],
  [
    "source NAT for one virtual address twice",
    ({ director, vip }) => new SourceNat("n", { director, vip }),
    'SourceNat "n": vip: SourceNat "nat" has the source NAT for 10.10.10.100 on machine1 already; choose another',
  ],
  [
    "two directors on a host that want another value of one setting",
    ({ machine1 }) => new Director("d", { host: machine1, sysctls: { expire_nodest_conn: 0 } }),
    'Director "d": sysctls.expire_nodest_conn: net.ipv4.vs.expire_nodest_conn is 1 for Director "director" on machine1, so it cannot be 0',
  ],
  [
    "a director that switches off what source NAT on its host needs",
    ({ machine1 }) => new Director("d", { host: machine1, sysctls: { conntrack: 0 } }),
    'Director "d": sysctls.conntrack: net.ipv4.vs.conntrack is 1 for SourceNat "nat" on machine1, so it cannot be 0',
  ],
  [
    "GRE to one real server with checksums and without",
    (lab) => {
      const tunnel = { type: "gre" } as const;
      const member = new RealServer("r", { backend: lab.remote, forwarding: "ipip", tunnel });
      return service(lab, "s", { port: 90, realServers: [member] });
    },
    'IpvsService "s": realServers[0] "r": tunnel.checksum: what comes by GRE to 10.10.10.6 is with checksums for IpvsService "gre" on machine2, so it cannot be without checksums',
  ],
  [
    "one member twice",
    (lab) => service(lab, "s", { realServers: [member("a"), member("b", 8080)] }),
    'IpvsService "s": realServers[1] "b": 10.10.10.4:8080 is a member already, as realServers[0]',
  ],
  [
    "two services on one address, port and protocol",
    (lab) => service(lab, "s", { port: 80 }),
    'IpvsService "s": port: IpvsService "web" has 10.10.10.100:80/tcp already',
  ],
  [
    "two services on every port of one address",
    (lab) => service(lab, "s", { port: 0, persistence: {} }),
    'IpvsService "s": port: IpvsService "rest" has 10.10.10.100:0/tcp already',
  ],
  [
    "two services of one firewall mark",
    (lab) => service(lab, "s", marked(7, 9000)),
    'IpvsService "s": firewallMark: IpvsService "range" has 7 already',
  ],
  [
    "a port that gets two firewall marks",
    (lab) => service(lab, "s", marked(8, 8443)),
    'IpvsService "s": ports: IpvsService "range" has 10.10.10.100:8400-8499/tcp already',
  ],
  [
    "a port with a service of its own that gets a firewall mark",
    (lab) => service(lab, "s", marked(8, "79-81")),
    'IpvsService "s": ports: IpvsService "web" has 10.10.10.100:80/tcp already',
  ],
  [
    "a service of its own on a port that gets a firewall mark",
    (lab) => service(lab, "s", { port: 8400 }),
    'IpvsService "s": port: IpvsService "range" has 10.10.10.100:8400-8499/tcp already',
  ],
  [
    "a static redirection of a service's address, port and protocol",
    (lab) => redirect(lab, "r", { port: 80, address: "10.10.10.2" }),
    'StaticRedirect "r": port: IpvsService "web" has 10.10.10.100:80/tcp already',
  ],
  [
    "a static redirection of a port that gets a service's mark",
    (lab) => redirect(lab, "r", { port: 8450, address: "10.10.10.2" }),
    'StaticRedirect "r": port: IpvsService "range" has 10.10.10.100:8400-8499/tcp already',
  ],
  [
    "a service on a static redirection's address, port and protocol",
    (lab) => service(lab, "s", { vip: lab.spare, port: 80 }),
    'IpvsService "s": port: StaticRedirect "plain" has 10.10.10.102:80/tcp already',
  ],
  [
    "two static redirections of one address, port and protocol",
    (lab) => redirect(lab, "r", { vip: lab.spare, port: 80, address: "10.10.10.3" }),
    'StaticRedirect "r": port: StaticRedirect "plain" has 10.10.10.102:80/tcp already',
  ],
  [
    "two namespaces of one name on a host",
    (lab) => netns(lab, "b", { namespace: "ns-backend2" }),
    'NetnsBackend "b": namespace: NetnsBackend "BACKEND-2" has network namespace ns-backend2 on machine1 already; choose another',
  ],
  [
    "two veth pairs of one name on a host",
    (lab) => netns(lab, "b", { veth: "veth1" }),
    'NetnsBackend "b": veth: NetnsBackend "BACKEND-2" has interface veth1 on machine1 already; choose another',
  ],
  [
    "two veth pairs named after namespaces that begin alike",
    (lab) => netns(lab, "b", { namespace: "ns-of-one-shop-2" }),
    'NetnsBackend "b": veth: NetnsBackend "first" has interface ns-of-one-shop- on machine1 already; choose another',
  ],
  [
    "a veth pair named like the host's interface",
    (lab) => netns(lab, "b", { veth: "enp0s8" }),
    'NetnsBackend "b": veth: enp0s8 is taken on every host; choose another name than lo, all, default, enp0s8',
  ],
  [
    "a veth pair that gets a kernel's word from its namespace",
    (lab) => netns(lab, "b", { namespace: "default" }),
    'NetnsBackend "b": veth: default is taken on every host; choose another name than lo, all, default, enp0s8',
  ],
  [
    "two namespaces with one address on a host",
    (lab) => netns(lab, "b", { address: "10.10.10.3" }),
    'NetnsBackend "b": address: NetnsBackend "BACKEND-2" has address 10.10.10.3 on machine1 already; choose another',
  ],
  [
    "a namespace with a virtual address of the host",
    (lab) => netns(lab, "b", { address: "10.10.10.100" }),
    'NetnsBackend "b": address: Vip "vip" has address 10.10.10.100 on machine1 already; choose another',
  ],
  [
    "two web servers with one port on a host",
    ({ backend1 }) => new BackendVm("b", { host: backend1.host, page }),
    'BackendVm "b": port: BackendVm "BACKEND-1" has port 80 of 10.10.10.2 on machine2 already; choose another',
  ],
  [
    "two web servers whose names become one on a host",
    ({ backend1 }) => new BackendVm("Backend-1", { host: backend1.host, port: 81, page }),
    'BackendVm "Backend-1": name: BackendVm "BACKEND-1" has web server backend-1 on machine2 already; choose another',
  ],
  [
    "a namespace whose web server gets the name of one beside it",
    ({ backend1 }) =>
      new NetnsBackend("backend-1", {
        host: backend1.host,
        namespace: "ns-other",
        address: "10.10.10.4",
        page,
      }),
    'NetnsBackend "backend-1": name: BackendVm "BACKEND-1" has web server backend-1 on machine2 already; choose another',
  ],
];
