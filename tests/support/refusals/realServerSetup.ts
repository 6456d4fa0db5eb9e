import { Director, IpvsService, RealServer, SourceNat } from "../../../components";
import { Mistake, service } from "./lab";

/** What a director's machine, or a real server's own, could not have. */
export const realServerSetups: Mistake[] = [
  [
    "a member by direct routing whose backend listens on its own address alone",
    (lab) =>
      service(lab, "s", {
        port: 80,
        realServers: [new RealServer("r", { backend: lab.backend1, forwarding: "gate" })],
      }),
    'IpvsService "s": realServers[0] "r": packets come to it for 10.10.10.100 (forwarding gate), but its backend listens on its own address alone; give the backend listen: "any"',
  ],
  [
    "a member by direct routing in a namespace of another machine",
    (lab) =>
      service(lab, "s", {
        port: 90,
        realServers: [new RealServer("r", { backend: lab.remote, forwarding: "gate" })],
      }),
    'IpvsService "s": realServers[0] "r": direct routing does not reach a namespace of another machine, which routes packets for 10.10.10.100 elsewhere; choose forwarding "ipip" or "masquerade"',
  ],
  [
    "two daemons of one role",
    (lab) => {
      const daemon = { role: "master", interface: "enp0s8" } as const;
      return new Director("d", { host: lab.backend1.host, syncDaemons: [daemon, daemon] });
    },
    'Director "d": syncDaemons[1].role: syncDaemons[0] is the master already; the kernel has one of each',
  ],
  [
    "a backup daemon with packets that are too short",
    (lab) =>
      new Director("d", {
        host: lab.backend1.host,
        syncDaemons: [{ role: "backup", interface: "enp0s8", maxLength: 1023 }],
      }),
    'Director "d": syncDaemons[0].maxLength: 1023 is not a whole number from 1024 to 65507, as a backup of this group needs',
  ],
  [
    "a daemon for an IPv6 group with packets that are too long",
    (lab) =>
      new Director("d", {
        host: lab.backend1.host,
        syncDaemons: [{ role: "master", interface: "enp0s8", group: "ff02::81", maxLength: 65488 }],
      }),
    'Director "d": syncDaemons[0].maxLength: 65488 is not a whole number from 1 to 65487, as a master of this group needs',
  ],
  [
    "source NAT for clients of the other address family",
    ({ director, vip }) => new SourceNat("n", { director, vip, network: "fd55::/64" }),
    'SourceNat "n": network: fd55::/64 has no clients of 10.10.10.100, which is of the other address family',
  ],
  [
    "a tunnel to a backend where nobody knows the virtual address",
    (lab) =>
      service(lab, "s", {
        vip: undefined,
        port: undefined,
        firewallMark: 9,
        realServers: [new RealServer("r", { backend: lab.remote, forwarding: "ipip" })],
      }),
    'IpvsService "s": realServers[0] "r": forwarding ipip needs the virtual address on its backend, and the service has no vip; give it one, or the member its address instead of the backend',
  ],
  [
    "a member of another address family beside a director's daemons",
    ({ syncing, far }) =>
      new IpvsService("s", {
        director: syncing,
        vip: far,
        port: 80,
        realServers: [new RealServer("r", { address: "2001:db8::9", forwarding: "ipip" })],
      }),
    'IpvsService "s": realServers[0] "r": 2001:db8::9 is of another address family than the service\'s clients, which the kernel does not have beside a director\'s syncDaemons',
  ],
];
