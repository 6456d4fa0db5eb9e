import { spec } from "../../components/host/kernel";
import { checkedTable, kept, service, vip } from "../support/shell/services";

/** One run of the program: its words behind the generation, and what it reads. */
export interface Run {
  words: string[];
  stdin: string;
}

/** An object that is made, changed and removed. */
export interface Example {
  kind: string;
  /** Words behind the owner. */
  options?: string[];
  made: string;
  changed?: string;
  /** Runs that it needs. */
  needs?: Run[];
  /** Whether it has to do with systemd. */
  system?: boolean;
  setup?: string[];
  /** At most so many cut points for each mode. @default all */
  most?: number;
}

const gate = { vip, server: "s", interface: "eth0", address: "192.0.2.10" };
const namespace = {
  namespace: "ns1",
  veth: "veth1",
  address: "192.0.2.3",
  prefix: 24,
  gateway: "192.0.2.10",
  source: "192.0.2.10",
  interface: "eth0",
};
const daemon = (syncid: number) =>
  `mcast=eth0, syncid=${syncid}, group=224.0.0.81, port=8848, ttl=1`;
const web = {
  server: "apache",
  instance: "web1",
  address: "127.0.0.1",
  port: 8081,
  purge: "false",
};

/** An address that keepalived has as the only one who wants it. */
function shared(priority: number): string {
  const lines = [
    "vrrp_instance a1 {",
    "  state MASTER",
    "  interface eth0",
    "  virtual_router_id 7",
    `  priority ${priority}`,
    "  advert_int 1",
    `  virtual_ipaddress {\n    ${vip}/24 dev eth0\n  }`,
    "}",
  ];
  const desired = { instance: "k1", file: "a1", interface: "eth0", addresses: `${vip}/24` };
  return `${spec(desired)}\n${lines.join("\n")}\n`;
}

const keepalived: Run = {
  words: ["keepalived", "apply", "cuts/test/keepalived"],
  stdin: spec({ instance: "k1", purge: "false" }),
};

export const examples: Record<string, Example> = {
  address: { kind: "address", made: spec({ address: `${vip}/24`, interface: "eth0" }) },
  "address of IPv6": {
    kind: "address",
    made: spec({ address: "2001:db8::100/64", interface: "eth0" }),
  },
  director: {
    kind: "director",
    made: spec({
      packages: "ipvsadm curl",
      clients: "eth0",
      sysctls: "conntrack=1 sloppy_tcp=1",
      timeouts: "tcp=300 udp=60",
      master: daemon(7),
    }),
    changed: spec({
      packages: "ipvsadm curl",
      sysctls: "sloppy_tcp=1",
      timeouts: "tcp=400",
      master: daemon(8),
    }),
  },
  firewallmark: {
    kind: "firewallmark",
    made: spec({ mark: 7, vip, protocol: "tcp", ports: "80, 443" }),
    changed: spec({ mark: 7, vip, protocol: "tcp", ports: "80" }),
  },
  nat: {
    kind: "nat",
    made: spec({ vip, network: "192.0.2.0/24" }),
    changed: spec({ vip, network: "192.0.2.0/25" }),
  },
  redirect: {
    kind: "redirect",
    made: spec({
      vip: "2001:db8::100",
      port: 81,
      protocol: "tcp",
      address: "2001:db8::21",
      target_port: 80,
      network: "2001:db8::/64",
    }),
  },
  netns: { kind: "netns", made: spec(namespace) },
  realserver: {
    kind: "realserver",
    made: spec(gate),
    changed: spec({ ...gate, interface: "eth1" }),
  },
  "realserver behind a tunnel": {
    kind: "realserver",
    made: spec({ ...gate, tunnel: "gue", port: 6080 }),
    changed: spec({ ...gate, tunnel: "ipip" }),
  },
  "realserver in a namespace": {
    kind: "realserver",
    needs: [{ words: ["netns", "apply", "cuts/test/ns"], stdin: spec(namespace) }],
    made: spec({ ...gate, interface: "veth0", namespace: "ns1", uplink: "veth1", tunnel: "gre" }),
    changed: spec({
      ...{ ...gate, interface: "veth0", namespace: "ns1", uplink: "veth1" },
      ...{ tunnel: "gre", checksum: "csum" },
    }),
  },
  service: {
    kind: "service",
    options: ["5"],
    made: service("rr", [21, 22]),
    changed: service("wrr", [22, 23]),
  },
  "service out of a table": {
    kind: "service",
    options: ["5"],
    needs: [
      {
        words: ["servicetable", "apply", "cuts/test/table", "5"],
        stdin: service("rr", [21, 24]) + service("rr", [21], 81),
      },
    ],
    made: service("wrr", [21, 22]),
  },
  servicetable: {
    kind: "servicetable",
    options: ["5"],
    made: service("rr", [21, 22]) + service("rr", [21], 81),
    changed: service("wrr", [22, 23]) + service("rr", [21], 82),
  },
  "servicetable of a service": {
    kind: "servicetable",
    options: ["5"],
    needs: [{ words: ["service", "apply", "cuts/test/service", "5"], stdin: service("rr", [24]) }],
    made: service("wrr", [21, 22]) + service("rr", [21], 81),
  },
  webserver: {
    kind: "webserver",
    system: true,
    made: `${spec(web)}\n<p>one</p>\n`,
    changed: `${spec({ ...web, port: 8082 })}\n<p>two</p>\n`,
  },
  packages: {
    kind: "director",
    system: true,
    made: spec({ packages: "ipvsadm nginx-light", purge: "true" }),
    most: 2,
  },
  keepalived: { kind: "keepalived", system: true, made: keepalived.stdin },
  keepalivedservice: {
    kind: "keepalivedservice",
    options: ["k1", "tcp", "5"],
    system: true,
    needs: [keepalived],
    made: kept("rr", [21, 22]),
    changed: kept("wrr", [22, 23]),
    most: 4,
  },
  "keepalivedservice out of a table": {
    kind: "keepalivedservice",
    options: ["k1", "tcp", "5"],
    system: true,
    needs: [
      keepalived,
      {
        words: ["keepalivedtable", "apply", "cuts/test/table", "k1", "table", "5"],
        stdin: checkedTable("rr", { 80: [21, 24], 81: [21] }),
      },
    ],
    made: kept("wrr", [21, 22]),
    most: 4,
  },
  keepalivedtable: {
    kind: "keepalivedtable",
    options: ["k1", "table", "5"],
    system: true,
    needs: [keepalived],
    made: checkedTable("rr", { 80: [21, 22], 81: [21] }),
    changed: checkedTable("wrr", { 80: [22, 23], 82: [21] }),
    most: 4,
  },
  "keepalivedtable of a keepalivedservice": {
    kind: "keepalivedtable",
    options: ["k1", "table", "5"],
    system: true,
    needs: [
      keepalived,
      {
        words: ["keepalivedservice", "apply", "cuts/test/service", "k1", "tcp", "5"],
        stdin: kept("rr", [24]),
      },
    ],
    made: checkedTable("wrr", { 80: [21, 22], 81: [21] }),
    most: 4,
  },
  "keepalivedtable whose director had engine ipvsadm": {
    kind: "keepalivedtable",
    options: ["k1", "table", "5"],
    system: true,
    needs: [
      keepalived,
      {
        words: ["servicetable", "apply", "cuts/test/object", "5"],
        stdin: service("rr", [21, 24]) + service("rr", [21], 82),
      },
    ],
    made: checkedTable("wrr", { 80: [21, 22], 81: [21] }),
    most: 4,
  },
  "servicetable whose director had engine keepalived": {
    kind: "servicetable",
    options: ["5"],
    system: true,
    needs: [
      keepalived,
      {
        words: ["keepalivedtable", "apply", "cuts/test/object", "k1", "table", "5"],
        stdin: checkedTable("wrr", { 80: [21, 22], 82: [21] }),
      },
    ],
    made: service("rr", [21, 24]) + service("rr", [21], 81),
    most: 4,
  },
  keepalivedaddress: {
    kind: "keepalivedaddress",
    system: true,
    needs: [keepalived],
    made: shared(100),
    changed: shared(120),
    most: 4,
  },
};
