import { IpvsService, NetnsBackend, RealServer, RealServerArgs, Tunnel } from "../../../components";
import { Testbed, Program } from "../testbed";

/** Web servers in namespaces, with the virtual address where packets come for that. */
function inNamespaces(testbed: Testbed, ...members: Omit<RealServerArgs, "backend">[]): void {
  const { director, vip } = testbed.balanced();
  const realServers = members.map((member, i) => {
    const name = `app${i + 1}`;
    const backend = new NetnsBackend(name, {
      ...{ host: director.host, namespace: `rest-${name}`, address: `192.0.2.${31 + i}` },
      ...{ page: name, port: 8080, listen: "any" },
    });
    return new RealServer(name, { backend, ...member });
  });
  new IpvsService("web", { director, vip, port: 8080, scheduler: "rr", realServers });
}

function tunnels(...all: Tunnel[]): RealServer[] {
  return all.map((tunnel, i) => {
    const name = Object.values(tunnel).join("-");
    return new RealServer(name, { address: `192.0.2.${21 + i}`, forwarding: "ipip", tunnel });
  });
}

export const members: Record<string, Program> = {
  "members with thresholds, and on ports of their own": {
    warnings: [/^realServers\[0\]: upperThreshold counts closed connections/],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const realServers = [8080, 8081].map(
        (port) => new RealServer(`app-${port}`, { address: "192.0.2.21", port, weight: 65535 }),
      );
      new IpvsService("ports", { director, vip, port: 80, scheduler: "wrr", realServers });
      const limited = [
        new RealServer("both", { address: "192.0.2.21", upperThreshold: 100, lowerThreshold: 50 }),
        new RealServer("upper", { address: "192.0.2.22", upperThreshold: 2147483647 }),
        new RealServer("none", { address: "192.0.2.23", upperThreshold: 0, lowerThreshold: 0 }),
      ];
      new IpvsService("thresholds", { director, vip, port: 81, realServers: limited });
    },
  },
  "members in namespaces by direct routing and masquerade": {
    declare: (testbed) => {
      inNamespaces(testbed, { forwarding: "gate" }, { weight: 2 });
    },
  },
  "members in namespaces behind tunnels": {
    warnings: [/^realServers: packets through tunnels/],
    declare: (testbed) => {
      inNamespaces(
        testbed,
        { forwarding: "ipip" },
        { forwarding: "ipip", tunnel: { type: "gue", port: 6080, checksum: "csum" } },
        { forwarding: "ipip", tunnel: { type: "gre", checksum: "csum" } },
        { forwarding: "ipip", tunnel: { type: "gre" } },
      );
    },
  },
  "tunnels of all kinds": {
    warnings: [/^realServers: packets through tunnels/],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const realServers = tunnels(
        { type: "ipip" },
        { type: "gue", port: 6080 },
        { type: "gue", port: 6081, checksum: "nocsum" },
        { type: "gue", port: 6082, checksum: "csum" },
        { type: "gue", port: 6083, checksum: "remcsum" },
        { type: "gre" },
        { type: "gre", checksum: "nocsum" },
        { type: "gre", checksum: "csum" },
      );
      new IpvsService("web", { director, vip, port: 80, realServers });
    },
  },
  "members of the other address family": {
    warnings: [/^realServers: packets through tunnels/],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const six = new RealServer("six", { address: "2001:db8:10::21", forwarding: "ipip" });
      const four = new RealServer("four", { address: "192.0.2.21", forwarding: "ipip" });
      new IpvsService("web", { director, vip, port: 80, realServers: [six, four] });
    },
  },
  "weight 0, where that is not all": {
    warnings: [
      /"resting": weight: 0 does not keep scheduler sh from choosing/,
      /"silent": weight: 0 takes no new flows of UDP/,
      /^realServers: scheduler mh keeps six bits of a weight, so the weights 100, 1 count as/,
    ],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const to = (name: string, weight: number) =>
        new RealServer(name, { address: `192.0.2.${21 + (weight % 7)}`, weight });
      new IpvsService("hash", {
        ...{ director, vip, port: 80, scheduler: "sh" },
        realServers: [to("resting", 0), to("working", 1)],
      });
      new IpvsService("flows", {
        ...{ director, vip, port: 81, protocol: "udp", scheduler: "wrr" },
        realServers: [to("silent", 0), to("speaking", 1)],
      });
      new IpvsService("maglev", {
        ...{ director, vip, port: 82, scheduler: "mh" },
        realServers: [to("heavy", 100), to("light", 1)],
      });
    },
  },
  "members that nobody else may add to": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const realServers = [{ address: "192.0.2.21" }];
      new IpvsService("web", { director, vip, port: 80, members: "exclusive", realServers });
    },
  },
  "weights that stay as somebody sets them": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const kept = [new RealServer("kept", { address: "192.0.2.21", weight: 5, keepWeight: true })];
      new IpvsService("one", { director, vip, port: 80, scheduler: "wrr", realServers: kept });
      const realServers = [21, 22].map(
        (end) => new RealServer(`all-${end}`, { address: `192.0.2.${end}`, weight: 2 }),
      );
      const all = { director, vip, port: 81, keepWeights: true, drainTimeout: 5 };
      new IpvsService("all", { ...all, scheduler: "wlc", realServers });
    },
  },
};
