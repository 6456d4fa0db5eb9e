import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Director,
  IpvsService,
  IpvsTable,
  IpvsTableArgs,
  TableService,
  Vip,
} from "../../../../components";
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

/** What a table registers. */
function made(args: Partial<IpvsTableArgs>) {
  return registered(() => new IpvsTable("t", { director: on(), ...args }));
}

const on = () => new Director("d", { host: host() });

async function lines(args: Partial<IpvsTableArgs>): Promise<string[]> {
  return String(command(await made(args), "t").inputs.stdin)
    .split("\n")
    .slice(0, -1);
}

/** Why a table is refused, without what every line begins with. */
async function refusal(args: Partial<IpvsTableArgs>): Promise<string[]> {
  const error = await made(args).then(
    () => new Error("it was accepted"),
    (e: unknown) => e as Error,
  );
  return error.message.replaceAll('IpvsTable "t": ', "").replaceAll(`${folder}/`, "").split("\n");
}

const web: TableService = { address: "10.0.0.10", port: 80, scheduler: "rr" };
const everything: TableService[] = [
  {
    ...web,
    realServers: [
      { address: "10.1.0.10", weight: 3 },
      { address: "10.1.0.9", port: 8080 },
    ],
  },
  { firewallMark: 7, family: "ipv6", realServers: [{ address: "2001:DB8:0::2" }] },
  {
    ...{ address: "10.0.0.9", port: 53, protocol: "udp", onePacket: true, scheduler: "sh" },
    schedulerFlags: ["sh-port", "sh-fallback"],
    persistence: { timeout: 60, netmask: "255.255.255.0" },
    realServers: [
      {
        ...{ address: "10.1.0.1", forwarding: "ipip", upperThreshold: 9, lowerThreshold: 5 },
        tunnel: { type: "gue", port: 6080, checksum: "csum" },
      },
    ],
  },
];
const inOrder = [
  "-A -f 7 -6 -s wlc",
  "-a -f 7 -6 -r [2001:db8::2]:0 -m -w 1",
  "-A -t 10.0.0.10:80 -s rr",
  "-a -t 10.0.0.10:80 -r 10.1.0.9:8080 -m -w 1",
  "-a -t 10.0.0.10:80 -r 10.1.0.10:80 -m -w 3",
  "-A -u 10.0.0.9:53 -s sh -p 60 -M 255.255.255.0 -o -b sh-fallback,sh-port",
  "-a -u 10.0.0.9:53 -r 10.1.0.1:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum -x 9 -y 5",
];

test("services from an array are ipvsadm's lines, in the order of addresses and ports", async () => {
  expect(await lines({ services: everything })).toEqual(inOrder);
  expect(await lines({ services: everything.slice().reverse() })).toEqual(inOrder);
});

test("the same from YAML, JSON and CSV", async () => {
  const yaml = `services:
  - &web { address: 10.0.0.10, port: 80, scheduler: rr,
      realServers: [{ address: 10.1.0.10, weight: 3 }, { address: 10.1.0.9, port: 8080 }] }
  - firewallMark: 7
    family: ipv6
    realServers: [{ address: "2001:DB8:0::2" }]
  - { address: 10.0.0.9, port: 53, protocol: udp, onePacket: true, scheduler: sh,
      schedulerFlags: [sh-port, sh-fallback], persistence: { timeout: 60, netmask: 255.255.255.0 },
      realServers: [{ address: 10.1.0.1, forwarding: ipip, upperThreshold: 9, lowerThreshold: 5,
        tunnel: { type: gue, port: 6080, checksum: csum } }] }
`;
  const csv = `\uFEFFprotocol,address,port,firewallMark,family,scheduler,schedulerFlags,onePacket,persistence.timeout,persistence.netmask,realServer,realServerPort,weight,forwarding,tunnel.type,tunnel.port,tunnel.checksum,upperThreshold,lowerThreshold
,10.0.0.10,80,,,rr,,,,,10.1.0.10,,3,,,,,,
,,,7,ipv6,,,,,,2001:DB8:0::2,,,,,,,,
udp,10.0.0.9,53,,,sh,"sh-port, sh-fallback",true,60,255.255.255.0,10.1.0.1,,,ipip,gue,6080,csum,9,5

,10.0.0.10,80,,,,,,,,10.1.0.9,8080,,,,,,,
`;
  expect(await lines({ file: file("t.yaml", yaml) })).toEqual(inOrder);
  expect(await lines({ file: file("t.csv", csv) })).toEqual(inOrder);
  const json = JSON.stringify({ services: everything });
  expect(await lines({ file: file("t.JSON", json) })).toEqual(inOrder);
});

test("one Command a director, one after the other, whose data stands nowhere else in the state", async () => {
  const resources = await registered(() => {
    const hosts = [host("one", "10.10.10.1/24"), host("two", "10.10.10.2/24")] as const;
    const directors = hosts.map((one) => new Director(one.label, { host: one }));
    const vip = new Vip("vip", { host: hosts[0], address: "10.10.10.100" });
    new IpvsTable("t", { directors, services: everything, after: [vip], drainTimeout: 7 });
  });
  const commands = resources.filter(({ name }) => /^t-(one|two)$/.test(name));
  expect(commands.map(({ name, dependencies }) => [name, dependencies])).toEqual([
    ["t-one", expect.arrayContaining(["one", "vip-10.10.10.100"])],
    ["t-two", expect.arrayContaining(["two", "t-one"])],
  ]);
  expect(commands[0]?.inputs.delete).toMatch(/ servicetable remove ipvs-lab\/dev\/t-one 7$/);
  const [component] = resources.filter(({ type }) => type === "ipvs-lab:index:IpvsTable");
  expect(component?.inputs).toEqual({
    ...{ services: 3, realServers: 4, drainTimeout: 7, adopt: false },
    schedulers: ["rr", "sh", "wlc"],
    persistentSchedulers: ["sh"],
    forwardings: ["ipip", "masquerade"],
    addresses: ["10.0.0.9-10.0.0.10"],
    realServerAddresses: ["10.1.0.1", "10.1.0.9-10.1.0.10", "2001:db8::2"],
    firewallMarks: 1,
    ports: ["53", "80"],
    weights: { least: 1, greatest: 3 },
    fewestMembers: 1,
  });
});

test("mistakes are all named at once, with where they stand in the array", async () => {
  const services: unknown = [
    { ...web, port: 70000, realServers: [{ address: "10.1.0.1" }, { address: "x", weight: -1 }] },
    { ...web, realServer: [] },
    { ...web, realServers: [{ address: "10.1.0.1", upperThreshold: 1, lowerThreshold: 2 }] },
    { ...web, scheduler: "sh", schedulerFlags: ["mh-port"], onePacket: true, port: 81 },
    { address: "10.0.0.10", realServers: [{ address: "10.0.0.10", tunnel: {} }] },
    { firewallMark: 7, port: 80, protocol: "tcp" },
    { ...web, address: "10.0.0.20", port: 0 },
  ];
  expect(await refusal({ services: services as TableService[] })).toEqual([
    "services[0].port: 70000 is not a whole number from 0 to 65535",
    'services[0].realServers[1].address: "x" is not a machine\'s IPv4 or IPv6 address such as 10.10.10.3 or 2001:db8::3',
    "services[0].realServers[1].weight: -1 is not a whole number from 0 to 65535",
    expect.stringMatching(/^services\[1\].realServer: no such property; there are address, port,/),
    "services[2].realServers[0].lowerThreshold: 2 is above upperThreshold, which is 1",
    "services[3].schedulerFlags[0]: scheduler sh has no mh-port; it has sh-fallback, sh-port, flag-1, flag-2",
    "services[3].onePacket: only a service of protocol udp, or of a firewall mark, can have it",
    "services[4].port: missing; it must be a whole number from 0 to 65535",
    "services[4].realServers[0]: its address 10.0.0.10 is the virtual address itself",
    'services[4].realServers[0].tunnel: only forwarding "ipip" has one; it is "masquerade"',
    "services[5].port: not with a firewallMark; who sets the mark decides",
    "services[5].protocol: not with a firewallMark; who sets the mark decides",
    "services[6].port: 0, which is every port, needs persistence",
  ]);
});

test("the same in a file, with its line", async () => {
  const csv = `address,port,scheduler,realServer,realServerPort,weight,wieght
10.0.0.10,80,rr,10.1.0.1,,1,
10.0.0.10,80,wrr,10.1.0.2,,70000,
10.0.0.10,80,,10.1.0.1,,,
10.0.0.11,http,rr,,,,
10.0.0.12,80,rr,10.1.0.300
10.0.0.13,80,rr,10.1.0.1,8080,2.5,
`;
  const wieght = "wieght: no such column; there are protocol, address, port, firewallMark, family,";
  expect(await refusal({ file: file("bad.csv", csv) })).toEqual([
    expect.stringContaining(`bad.csv line 1: ${wieght}`),
    "bad.csv line 6: it has 4 cells, not 7 as the first line",
    'bad.csv line 3: scheduler: "wrr" is not what line 2 has for the same service, which is "rr"',
    "bad.csv line 3: weight: 70000 is not a whole number from 0 to 65535",
    'bad.csv line 5: port: "http" is not a whole number from 0 to 65535',
    expect.stringContaining('bad.csv line 6: realServer: "10.1.0.300" is not a machine'),
    "bad.csv line 7: weight: 2.5 is not a whole number from 0 to 65535",
  ]);
  const yaml = `services:
  - address: 10.0.0.10
    port: 80
    realServers:
      - { address: 10.1.0.1, weight: heavy }
  - port: 80
`;
  const weight = 'services[0].realServers[0].weight: "heavy" is not a whole number from 0 to 65535';
  const missing =
    "services[1].address: missing; it must be the address that clients use, or else a firewallMark be given";
  expect(await refusal({ file: file("bad.yml", yaml) })).toEqual([
    `bad.yml line 5: ${weight}`,
    `bad.yml line 6: ${missing}`,
  ]);
  const json = `{ "services": [
  { "address": "10.0.0.10", "port": 80,
    "realServers": [{ "address": "10.1.0.1", "weight": "heavy" }] },
  { "port": 80 }
] }`;
  expect(await refusal({ file: file("bad.json", json) })).toEqual([
    `bad.json line 3: ${weight}`,
    `bad.json line 4: ${missing}`,
  ]);
});

test("of very many mistakes the first are named, and how many more there are", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, i) => `10.0.0.1,80,10.1.${i >> 8}.${i & 255},heavy`,
  );
  const csv = ["address,port,realServer,weight", ...rows, ""].join("\n");
  const problems = await refusal({ file: file("many.csv", csv) });
  expect(problems).toHaveLength(21);
  // Addresses that end in 0 or 255 are machines' all the same.
  expect(problems.at(-1)).toBe("and 4980 problems more");
});

test.each<[string, Partial<IpvsTableArgs>, string]>([
  ["neither services nor a file", {}, "services, file: exactly one of the two must be given"],
  ["both", { services: [], file: "x.csv" }, "services, file: exactly one of the two must be given"],
  [
    "a list of something else",
    { services: "x" as never },
    'services: "x" is not a list of services',
  ],
  [
    "another kind of file",
    { file: "x.txt" },
    'file: "x.txt" is not a file whose name ends in .yaml, .yml, .json, .csv',
  ],
  [
    "a file that is not there",
    { file: "no/such.csv" },
    "file: \"no/such.csv\" cannot be read: ENOENT: no such file or directory, open 'no/such.csv'",
  ],
])("%s is refused", async (_, args, message) => {
  expect(await refusal(args)).toEqual([message]);
});

test.each([
  ["no CSV", "a.csv", 'address,port\n"10.0.0.1,80\n', /^a\.csv: Quote Not Closed/],
  [
    "an empty CSV",
    "b.csv",
    "\n",
    /^b\.csv: it is empty; its first line must name columns, out of prot/,
  ],
  ["no YAML", "c.yaml", "services:\n  - {a: 1\n  - b", /^c\.yaml line [23]: /],
  ["no JSON", "d.json", '{\n"services": [,]}', /^d\.json line 2: /],
  [
    "a list in place of an object",
    "e.yaml",
    "- address: 10.0.0.1",
    /^e\.yaml line 1: .*a list is not an object with services$/,
  ],
  [
    "YAML that refers to itself without end",
    "f.yaml",
    `a: &a [x]\n${"bcdefghij"
      .split("")
      .map(
        (n, i) =>
          `${n}: &${n} [${Array(9)
            .fill(`*${"abcdefghij".charAt(i)}`)
            .join(", ")}]\n`,
      )
      .join("")}`,
    /^f\.yaml: Excessive alias count/,
  ],
])("a file that is %s is refused", async (_, name, text, message) => {
  expect((await refusal({ file: file(name, text) }))[0]).toMatch(message);
});

test("two services on one address, port and protocol are refused, in the table and beside it", async () => {
  expect(
    await refusal({ services: [web, { ...web, protocol: "udp" }, { ...web, protocol: "tcp" }] }),
  ).toEqual(["services[2]: 10.0.0.10:80/tcp is a service already: services[0]"]);
  const beside = registered(() => {
    const director = on();
    const vip = new Vip("v", { host: director.host, address: "10.10.10.100" });
    new IpvsService("web", { director, vip, port: 80, realServers: [] });
    new IpvsTable("t", { director, services: [web, { ...web, address: vip.address }] });
  });
  await expect(beside).rejects.toThrow(
    'IpvsTable "t": services[1].port: IpvsService "web" has 10.10.10.100:80/tcp already',
  );
  const after = registered(() => {
    const director = on();
    new IpvsTable("t", { director, services: [web] });
    new IpvsTable("u", { director, services: [web] });
  });
  await expect(after).rejects.toThrow(
    'IpvsTable "u": services[0].port: IpvsTable "t" has 10.0.0.10:80/tcp already',
  );
});
