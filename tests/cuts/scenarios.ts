import { type Example, examples, type Run } from "./examples";

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

const modes: Mode[] = ["closed", "term", "kill", "full"];
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
