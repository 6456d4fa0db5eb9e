import { IpvsService, RealServer, RealServerArgs, Vip } from "../../../components";
import { Program } from "../testbed";

const app = (name: string, args: RealServerArgs) => new RealServer(name, args);
const gates = (name: string) =>
  [21, 22].map((end) => app(`${name}-${end}`, { address: `192.0.2.${end}`, forwarding: "gate" }));

export const services: Record<string, Program> = {
  "persistence with a timeout and a netmask": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const some = { director, vip };
      const realServers = () => [app(`app-${ports}`, { address: "192.0.2.21" })];
      let ports = 80;
      new IpvsService("usual", {
        ...some,
        port: ports,
        realServers: realServers(),
        persistence: {},
      });
      new IpvsService("network", {
        ...{ ...some, port: ++ports, realServers: realServers() },
        persistence: { timeout: 600, netmask: "255.255.255.0" },
      });
      new IpvsService("all", {
        ...{ ...some, port: ++ports, realServers: realServers() },
        persistence: { netmask: "0.0.0.0" },
      });
      new IpvsService("each", {
        ...{ ...some, port: ++ports, realServers: realServers() },
        persistence: { netmask: "255.255.255.255", timeout: 86400 },
      });
    },
  },
  "services whose previews warn of what the kernel does": {
    warnings: [
      /^persistence\.timeout: 60 s begin when/,
      /^port: 21 with persistence is FTP/,
      /^onePacket: answers of members by masquerade/,
    ],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const to = (name: string) => [app(name, { address: "192.0.2.21" })];
      const short = { director, vip, port: 80, persistence: { timeout: 60 } };
      new IpvsService("short", { ...short, realServers: to("short") });
      new IpvsService("ftp", { ...short, port: 21, persistence: {}, realServers: to("ftp") });
      const udp = { director, vip, protocol: "udp", port: 514, onePacket: true } as const;
      new IpvsService("logs", { ...udp, realServers: to("logs") });
    },
  },
  "calls of SIP, and every port of an address": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const sip = { director, vip, port: 5060, protocol: "udp" } as const;
      const realServers = [app("sip", { address: "192.0.2.21" })];
      new IpvsService("sip", { ...sip, realServers, persistence: { timeout: 300, engine: "sip" } });
      const all = { director, vip, port: 0, persistence: { timeout: 300 } };
      new IpvsService("all", { ...all, realServers: gates("all") });
      new IpvsService("datagrams", { ...all, protocol: "udp", realServers: gates("datagrams") });
    },
  },
  "services of UDP, one of them packet by packet, and of SCTP": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const udp = { director, vip, protocol: "udp", scheduler: "rr" } as const;
      new IpvsService("flows", { ...udp, port: 514, realServers: gates("flows") });
      new IpvsService("packets", {
        ...udp,
        ...{ port: 53, onePacket: true, realServers: gates("packets") },
      });
      const sctp = { director, vip, protocol: "sctp" } as const;
      new IpvsService("gate", { ...sctp, port: 2905, realServers: gates("gate") });
      const behind = [app("behind", { address: "192.0.2.31", port: 3905 })];
      new IpvsService("masquerade", { ...sctp, port: 2906, realServers: behind });
    },
  },
  "marks that somebody else sets": {
    declare: (testbed) => {
      const director = testbed.director();
      const realServers = [app("app", { address: "192.0.2.21", forwarding: "gate" })];
      new IpvsService("four", { director, firewallMark: 1, realServers });
      const six = [app("app6", { address: "2001:db8:10::21", forwarding: "gate" })];
      new IpvsService("six", {
        ...{ director, firewallMark: 2147483647, family: "ipv6", realServers: six },
        ...{ scheduler: "rr", onePacket: true },
      });
    },
  },
  "marked ports, ranges of them, and two protocols": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const marked = { director, vip };
      new IpvsService("web", {
        ...{ ...marked, firewallMark: 7, ports: [80, "8000-8999", "443/udp"] },
        ...{ scheduler: "sh", realServers: gates("web") },
      });
      new IpvsService("media", {
        ...{ ...marked, firewallMark: 8, protocol: "udp", ports: ["9000-9001", 9005] },
        ...{ persistence: { timeout: 300 }, realServers: gates("media") },
      });
      const one = [app("one-21", { address: "192.0.2.21", port: 2905, forwarding: "gate" })];
      new IpvsService("one", {
        ...{ ...marked, firewallMark: 9, protocol: "sctp", ports: [2905], realServers: one },
      });
      const six = new Vip("six", { host: director.host, address: "2001:db8:10::100" });
      const realServers = [app("app6", { address: "2001:db8:10::21", forwarding: "gate" })];
      const ports = [80, "443/udp"];
      new IpvsService("six", { director, vip: six, firewallMark: 11, ports, realServers });
    },
  },
  "a service without members, and one that is cut off": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      new IpvsService("none", { director, vip, port: 80, realServers: [] });
      const realServers = [app("app", { address: "192.0.2.21", weight: 0 })];
      new IpvsService("cut", { director, vip, port: 81, realServers, drainTimeout: 0 });
    },
  },
  "services of IPv6": {
    warnings: [/^realServers: packets through tunnels/],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced({}, "2001:DB8:10:0::0100");
      const six = { director, vip };
      const masquerade = [app("m", { address: "2001:db8:10::21", port: 8080, weight: 7 })];
      new IpvsService("masquerade", {
        ...six,
        port: 80,
        scheduler: "wrr",
        realServers: masquerade,
      });
      const network = [app("n", { address: "2001:DB8:10::0021", forwarding: "gate" })];
      new IpvsService("network", {
        ...{ ...six, port: 81, scheduler: "wlc", realServers: network },
        persistence: { netmask: 64, timeout: 300 },
      });
      const each = [app("e", { address: "2001:db8:10::21", forwarding: "ipip" })];
      new IpvsService("each", {
        ...six,
        port: 82,
        realServers: each,
        persistence: { netmask: 128 },
      });
    },
  },
  "a service that others made, taken over": {
    before: [
      "ip address add 192.0.2.100/24 dev rest0",
      "ipvsadm -A -t 192.0.2.100:80 -s lc",
      "ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.99:80 -g",
      "ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 9 -x 7 -y 3",
    ].join("\n"),
    // With somebody's member it stays.
    after: "ipvsadm -D -t 192.0.2.100:80",
    declare: (testbed) => {
      const director = testbed.director();
      const vip = new Vip("vip", { host: director.host, address: "192.0.2.100", adopt: true });
      const web = { director, vip, port: 80, adopt: true, scheduler: "wrr" } as const;
      new IpvsService("web", { ...web, realServers: gates("web") });
    },
  },
};
