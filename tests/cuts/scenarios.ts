import { spec } from "../../components/host/kernel";

/** One run of the program: its words behind the generation, and what it reads. */
export interface Run {
  words: string[];
  stdin: string;
}

export type Mode = "closed" | "term" | "kill" | "full" | "trace";

/** What machine/cuts.py is asked for. */
export interface Scenario {
  name: string;
  run: Run;
  setup: string[];
  before: Run[];
  after: Run[];
  instead: boolean;
  system: boolean;
  modes: Mode[];
  most: number;
  clean: string[];
}

/** An object that is made, changed and removed. */
interface Example {
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

const modes: Mode[] = ["closed", "term", "kill", "full"];
const vip = "192.0.2.100";
const interfaces = ["eth0", "eth1"]
  .map((name) => `link add ${name} up multicast on type dummy\n`)
  .join("");
const ground = [
  `printf 'link set lo up\n${interfaces}address add 192.0.2.10/24 dev eth0\n' | ip -batch -`,
  // The throw-away system keeps what an earlier scenario has set.
  "sysctl -q -w net.ipv4.ip_forward=0 net.ipv4.vs.expire_nodest_conn=0 net.ipv4.vs.expire_quiescent_template=0",
];
/** Takes the throw-away system back to where it began. */
const clean = [
  "systemctl stop 'ipvs-lab-*' 'keepalived-*'",
  "rm -rf /etc/systemd/system/ipvs-lab-* /etc/systemd/system/keepalived-* /etc/keepalived/ipvs-lab.d",
  "rm -f /etc/systemd/system/multi-user.target.wants/*",
  "rm -rf /run/ipvs-lab/* /var/lib/ipvs-lab/* /usr/sbin/policy-rc.d",
  "systemctl daemon-reload",
  "systemctl reset-failed",
  "ipvsadm -C",
  "ipvsadm --stop-daemon master",
  "nft flush ruleset",
  "ip link del eth0",
  "ip link del eth1",
  "apt-get -q -y purge nginx-light nginx-common libnginx-mod-http-echo",
];

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

/** A virtual service as ipvsadm reads it; members by the last part of their addresses. */
function service(scheduler: string, members: number[], port = 80): string {
  const lines = members.map((m) => `-a -t ${vip}:${port} -r 198.51.100.${m}:${port} -m -w 1`);
  return [`-A -t ${vip}:${port} -s ${scheduler}`, ...lines, ""].join("\n");
}

/** The same for keepalived, behind those lines. */
function kept(scheduler: string, members: number[]): string {
  const servers = members.map((m) => `  real_server 198.51.100.${m} 80 {\n    weight 1\n  }`);
  const head = `virtual_server ${vip} 80 {\n  protocol TCP\n  lvs_sched ${scheduler}\n  lvs_method NAT`;
  return [service(scheduler, members), head, ...servers, "}", ""].join("\n");
}

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

const examples: Record<string, Example> = {
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
  keepalivedaddress: {
    kind: "keepalivedaddress",
    system: true,
    needs: [keepalived],
    made: shared(100),
    changed: shared(120),
    most: 4,
  },
};

function scenariosOf(name: string, example: Example): Scenario[] {
  const { kind, options = [], needs = [], system = false, setup = [], most = 1000 } = example;
  const run = (verb: string, stdin: string): Run => ({
    words: [kind, verb, "cuts/test/object", ...options],
    stdin,
  });
  const make = run("apply", example.made);
  const remove = run("remove", example.changed ?? example.made);
  const base = { setup: [...ground, ...setup], system, modes, most, clean, instead: false };
  const change = example.changed === undefined ? [] : [run("apply", example.changed)];
  return [
    { ...base, name: `${name} made`, before: needs, run: make, after: [] },
    ...change.map((again) => ({
      ...base,
      name: `${name} changed`,
      before: [...needs, make],
      run: again,
      after: [],
    })),
    {
      ...base,
      name: `${name} removed`,
      before: [...needs, make, ...change],
      run: remove,
      after: [],
    },
    {
      ...base,
      name: `${name} half made and removed`,
      before: needs,
      run: make,
      after: [run("remove", example.made)],
      instead: true,
      modes: ["kill"],
    },
    // Between two lines that are printed much happens.
    ...(system ? [] : [make, remove]).map((one) => ({
      ...base,
      name: `${name} ${one === make ? "made" : "removed"}, killed at any command`,
      before: one === make ? needs : [...needs, make, ...change],
      run: one,
      after: [],
      modes: ["trace" as const],
      most: 5,
    })),
  ];
}

/** By kind, all of its scenarios. */
export const scenarios: [string, Scenario[]][] = Object.entries(examples).map(([name, example]) => [
  name,
  scenariosOf(name, example),
]);
