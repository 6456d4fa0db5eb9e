import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Director,
  DirectorArgs,
  IpvsTable,
  IpvsTableArgs,
  TableService,
} from "../../../../components";
import { awkPrograms } from "../../../../components/host/kernel";
import { read } from "../../../support/keepalivedService";
import { command, registered } from "../../../support/pulumi/mocks";
import { host } from "../../../support/workshop";

const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-table-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Engine = DirectorArgs["engine"];

const made = (args: Partial<IpvsTableArgs>, engine: Engine = "keepalived") =>
  registered(
    () => new IpvsTable("t", { director: new Director("d", { host: host(), engine }), ...args }),
  );

/** The lines of a table's Command, and keepalived's configuration as the machine writes it out. */
async function applied(args: Partial<IpvsTableArgs>): Promise<{ lines: string[]; config: string }> {
  const stdin = String(command(await made(args), "t").inputs.stdin);
  const end = stdin.indexOf("\n\n");
  const program = awkPrograms.AWK_KEEPALIVEDTABLE_EXPAND ?? "";
  const config = execFileSync("awk", [program], {
    input: stdin.slice(end + 2),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return { lines: stdin.slice(0, end).split("\n"), config };
}

/** Why a table is refused, without what every line begins with. */
async function refusal(args: Partial<IpvsTableArgs>, engine?: Engine): Promise<string[]> {
  const error = await made(args, engine).then(
    () => new Error("it was accepted"),
    (e: unknown) => e as Error,
  );
  return error.message.replaceAll('IpvsTable "t": ', "").replaceAll(`${folder}/`, "").split("\n");
}

const services: TableService[] = [
  {
    ...{ address: "10.10.10.100", port: 80, scheduler: "wrr", quorum: 2 },
    check: { type: "http", path: "/health", status: [200, 301] },
    sorryServer: { address: "10.10.10.9", port: 80 },
    realServers: [
      { address: "10.10.10.3", weight: 5, inhibitOnFailure: true },
      { address: "10.10.10.2", check: { type: "tcp", timeout: 1 } },
    ],
  },
  {
    ...{ address: "10.10.10.100", port: 53, protocol: "udp", inhibitOnFailure: true, alpha: true },
    realServers: [
      { address: "10.10.10.2", check: { type: "udp", payload: "0102", requireReply: true } },
    ],
  },
];
const lines = [
  "-A -t 10.10.10.100:80 -s wrr",
  "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
  "-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 5",
  "-A -u 10.10.10.100:53 -s wlc",
  "-a -u 10.10.10.100:53 -r 10.10.10.2:53 -m -w 1",
  "inhibit -t 10.10.10.100:80 -r 10.10.10.3:80",
  "inhibit -u 10.10.10.100:53 -r 10.10.10.2:53",
];

/** The second of these, as a component has it. */
const dns = `virtual_server 10.10.10.100 53 {
  protocol UDP
  lvs_sched wlc
  alpha
  real_server 10.10.10.2 53 {
    weight 1
    lvs_method NAT
    inhibit_on_failure
    UDP_CHECK {
      payload 0102
      require_reply
      connect_timeout 2
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
  }
}
`;

test("a table's services are checked as those of components, with one file for all", async () => {
  const table = await applied({ services });
  expect(table.lines).toEqual(lines);
  const { check, quorum, sorryServer } = services[0] ?? {};
  const web = await read(
    [
      { address: "10.10.10.2", check: { type: "tcp", timeout: 1 } },
      { address: "10.10.10.3", weight: 5, inhibitOnFailure: true, check },
    ],
    { scheduler: "wrr", quorum, sorryServer },
  );
  expect(table.config).toBe(web.slice(web.indexOf("\n\n") + 2) + dns);
  expect(await applied({ services: services.slice().reverse() })).toEqual(table);
});

test("the same from YAML, JSON and CSV", async () => {
  const yaml = `x-health: &health { type: http, path: /health, status: [200, 301] }
services:
  - address: 10.10.10.100
    port: 80
    scheduler: wrr
    quorum: 2
    check: *health
    sorryServer: { address: 10.10.10.9, port: 80 }
    realServers:
      - { address: 10.10.10.3, weight: 5, inhibitOnFailure: true }
      - { address: 10.10.10.2, check: { type: tcp, timeout: 1 } }
  - address: 10.10.10.100
    port: 53
    protocol: udp
    inhibitOnFailure: true
    alpha: true
    realServers:
      - { address: 10.10.10.2, check: { type: udp, payload: "0102", requireReply: true } }
`;
  const csv = `address;port;protocol;scheduler;quorum;sorryServer.address;sorryServer.port;alpha;realServer;weight;inhibitOnFailure;check.type;check.path;check.status;check.timeout;check.payload;check.requireReply
10.10.10.100;80;;wrr;2;10.10.10.9;80;;10.10.10.3;5;true;http;/health;200 301;;;
10.10.10.100;80;;;;;;;10.10.10.2;;;tcp;;;1;;
10.10.10.100;53;udp;;;;;true;10.10.10.2;;true;udp;;;;0102;true
`;
  const table = await applied({ services });
  expect(await applied({ file: file("t.yaml", yaml) })).toEqual(table);
  expect(await applied({ file: file("t.json", JSON.stringify({ services })) })).toEqual(table);
  expect(await applied({ file: file("t.csv", csv) })).toEqual(table);
});

test("one Command for each director, with its keepalived and a file of the table's name", async () => {
  const resources = await made({ services, drainTimeout: 7 });
  const { inputs, dependencies } = command(resources, "t");
  expect(inputs.delete).toMatch(
    / keepalivedtable remove ipvs-lab\/dev\/t ipvs-lab-dev-d table-t 7$/,
  );
  expect(inputs.triggers).toEqual(["machine1", "ipvs-lab-dev-d"]);
  expect(dependencies).toContain("d-keepalived");
});

test("exclusive members are a word of the Command, and without it nothing is said", async () => {
  const { inputs } = command(await made({ services, members: "exclusive" }), "t");
  expect(inputs.create).toMatch(/ keepalivedtable apply \S+ \S+ table-t 30 exclusive$/);
  expect(inputs.delete).toMatch(/ table-t 30 exclusive$/);
  expect(command(await made({ services }), "t").inputs.create).toMatch(/ table-t 30$/);
});

test("a thousand services of ten members are one input of less than two megabytes", async () => {
  const many = Array.from({ length: 1000 }, (_, i): TableService => ({
    ...{ address: `10.${i >> 8}.${i & 255}.1`, port: 443, check: { type: "tcp", interval: 10 } },
    realServers: Array.from({ length: 10 }, (__, j) => ({
      address: `10.200.${i & 255}.${j + 1}`,
      port: 8443,
    })),
  }));
  const { lines: all, config } = await applied({ services: many });
  expect(all).toHaveLength(11000);
  expect(config.match(/^ {4}TCP_CHECK \{$/gm)).toHaveLength(10000);
  const { stdin } = command(await made({ services: many }), "t").inputs;
  expect(String(stdin).length).toBeLessThan(2_000_000);
});

const web = { address: "10.10.10.100", port: 80, realServers: [{ address: "10.10.10.2" }] };
const needs = 'needs a director with engine: "keepalived"';

test("without keepalived nothing is checked, and all that asks for it is named", async () => {
  const csv = `address,port,quorum,realServer,check.type
10.10.10.100,80,2,10.10.10.2,tcp
10.10.10.100,80,,10.10.10.3,
`;
  expect(await refusal({ file: file("bad.csv", csv) }, "ipvsadm")).toEqual([
    `bad.csv line 2: quorum: ${needs}`,
    `bad.csv line 2: check: ${needs}`,
  ]);
  const asked: TableService[] = [
    { ...web, check: { type: "tcp" }, inhibitOnFailure: true, alpha: true },
    { ...web, port: 81, sorryServer: { address: "10.10.10.9", port: 81 }, omega: true },
  ];
  expect(await refusal({ services: asked }, "ipvsadm")).toEqual([
    `services[0].check: ${needs}`,
    `services[0].inhibitOnFailure: ${needs}`,
    `services[0].alpha: ${needs}`,
    `services[1].sorryServer: ${needs}`,
    `services[1].omega: ${needs}`,
  ]);
});

test("what keepalived would leave out or change is refused, with its line", async () => {
  const yaml = `services:
  - { address: 10.10.10.100, port: 80 }
  - address: 10.10.10.100
    port: 81
    quorum: 3
    realServers: [{ address: 10.10.10.2 }]
  - address: 10.10.10.100
    port: 53
    protocol: udp
    realServers:
      - address: 10.10.10.2
  - address: 10.10.10.100
    port: 82
    check: { type: tcp, path: / }
    sorryServer:
      address: 10.10.10.100
      port: 82
    realServers:
      - address: 10.10.10.2
        check:
          type: dns
          recordType: PTR
`;
  expect(await refusal({ file: file("bad.yaml", yaml) })).toEqual([
    "bad.yaml line 2: services[0].realServers: an empty list; keepalived leaves out a service without members",
    "bad.yaml line 5: services[1].quorum: 3 is above the weights of all members together, which are 1",
    "bad.yaml line 11: services[2].realServers[0]: check: missing; the default, a connection over TCP, says nothing of a service over udp",
    'bad.yaml line 22: services[3].realServers[0].check.recordType: "PTR" is not one of A, NS, CNAME, SOA, MX, TXT, AAAA',
  ]);
  expect(await refusal({ file: file("bad.yaml", yaml.replace("PTR", "MX")) })).toEqual(
    expect.arrayContaining([
      "bad.yaml line 14: services[3].check.path: only a check of type http or https has one; it is tcp",
      "bad.yaml line 16: services[3].sorryServer.address: 10.10.10.100 is the virtual address itself",
    ]),
  );
  expect(await refusal({ services: [web], keepWeights: true })).toEqual([
    'keepWeights: needs a director with engine: "ipvsadm"; keepalived sets weights itself: a member that fails its check and passes again has its declared weight, not the one that was set by hand',
  ]);
});

test("directors of one table have one engine", async () => {
  const refused = registered(() => {
    const hosts = [host("one", "10.10.10.1/24"), host("two", "10.10.10.2/24")] as const;
    const engines = ["keepalived", "ipvsadm"] as const;
    const directors = hosts.map(
      (one, i) => new Director(one.label, { host: one, engine: engines[i] }),
    );
    new IpvsTable("t", { directors, services: [web] });
  });
  await expect(refused).rejects.toThrow(
    'IpvsTable "t": directors[1]: its engine is ipvsadm, and that of directors[0] is keepalived',
  );
});
