import { IpvsTable } from "../../../components";
import { Program } from "../testbed";

export const tables: Record<string, Program> = {
  "a table that is written in the program": {
    warnings: [
      /^192\.0\.2\.100:443\/tcp: realServers\[1\]: upperThreshold counts closed connections/,
      /^\[2001:db8:10::100\]:80\/tcp: realServers: packets through tunnels/,
    ],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      new IpvsTable("table", {
        director,
        services: [
          {
            ...{ address: "192.0.2.100", port: 443, scheduler: "wrr" },
            persistence: { timeout: 300, netmask: "255.255.0.0" },
            realServers: [
              { address: "192.0.2.21", port: 8443, weight: 10 },
              { address: "192.0.2.22", upperThreshold: 100, lowerThreshold: 9 },
            ],
          },
          {
            ...{ address: "192.0.2.100", port: 53, protocol: "udp", onePacket: true },
            realServers: [{ address: "192.0.2.21", forwarding: "gate" }],
          },
          {
            ...{ address: "192.0.2.100", port: 99, protocol: "sctp", scheduler: "sh" },
            ...{ schedulerFlags: ["sh-port"], realServers: [{ address: "192.0.2.21" }] },
          },
          { firewallMark: 5, family: "ipv6", scheduler: "mh", realServers: [] },
          {
            ...{ address: "2001:DB8:10::0100", port: 80 },
            realServers: [
              { address: "2001:db8:10::21" },
              {
                ...{ address: "2001:db8:10::22", forwarding: "ipip" },
                tunnel: { type: "gue", port: 6080 },
              },
            ],
          },
          {
            ...{ address: "192.0.2.100", port: 0, persistence: {} },
            realServers: [{ address: "192.0.2.21", forwarding: "gate" }],
          },
        ],
        after: [vip.ready],
      });
    },
  },
  "tables out of files of CSV and YAML": {
    warnings: [
      /^192\.0\.2\.100:443\/tcp: realServers\[1\]: upperThreshold counts closed connections/,
      /^192\.0\.2\.100:80\/tcp: realServers: packets through tunnels/,
    ],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      new IpvsTable("table", { director, file: testbed.file("services.csv"), after: [vip.ready] });
      new IpvsTable("other", {
        ...{ director, file: testbed.file("services.yaml"), after: [vip.ready], drainTimeout: 0 },
      });
    },
  },
  "a table that keepalived checks": {
    warnings: [
      /^192\.0\.2\.100:81\/tcp: realServers\[0\]: upperThreshold counts closed connections/,
    ],
    declare: (testbed) => {
      const { director, vip } = testbed.balanced({ engine: "keepalived" });
      const script = { type: "script", command: "/bin/true" } as const;
      new IpvsTable("table", {
        director,
        services: [
          {
            ...{ address: "192.0.2.100", port: 81, scheduler: "wrr", check: script, quorum: 2 },
            ...{ sorryServer: { address: "192.0.2.10", port: 8081 }, alpha: true, omega: true },
            realServers: [
              { address: "192.0.2.21", weight: 5, upperThreshold: 9, inhibitOnFailure: true },
              { address: "192.0.2.22", forwarding: "gate" },
            ],
          },
          {
            ...{ address: "192.0.2.100", port: 53, protocol: "udp", inhibitOnFailure: true },
            realServers: [{ address: "192.0.2.21", check: script }],
          },
          { firewallMark: 5, check: script, realServers: [{ address: "192.0.2.21" }] },
        ],
        after: [vip.ready],
      });
    },
  },
  "a table whose weights stay as somebody sets them, taken over": {
    before: [
      "ip address add 192.0.2.100/24 dev lo",
      "ipvsadm -A -t 192.0.2.100:80 -s lc",
      "ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.99:80 -g",
    ].join("\n"),
    // With somebody's member the service stays.
    after: "ip address del 192.0.2.100/24 dev lo; ipvsadm -D -t 192.0.2.100:80",
    declare: (testbed) => {
      const director = testbed.director();
      new IpvsTable("table", {
        ...{ director, keepWeights: true, adopt: true },
        services: [
          {
            ...{ address: "192.0.2.100", port: 80, scheduler: "wrr" },
            realServers: [{ address: "192.0.2.21", weight: 4 }, { address: "192.0.2.22" }],
          },
        ],
      });
    },
  },
};
