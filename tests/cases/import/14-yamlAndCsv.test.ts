import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Director, IpvsTable } from "../../../components";
import { command, registered } from "../../support/pulumi/mocks";
import { host } from "../../support/workshop";

const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-case-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The table of such a file: its lines, or the reasons why it is refused. */
async function table(name: string, text: string): Promise<string[]> {
  const file = join(folder, name);
  writeFileSync(file, text);
  try {
    const made = await registered(
      () => new IpvsTable("t", { director: new Director("d", { host: host() }), file }),
    );
    return String(command(made, "t").inputs.stdin).trim().split("\n");
  } catch (error) {
    const { message } = error as Error;
    return message.replaceAll('IpvsTable "t": ', "").replaceAll(`${folder}/`, "").split("\n");
  }
}

const holder = `x-web: &web
  port: 80
  scheduler: wrr
  onePacket: false
  realServers: &farm
    - { address: 198.51.100.21, port: 8080 }
    - { address: 198.51.100.22, port: 8080 }
`;

test("14: merge keys take over what a holder has, and a row's own properties win", async () => {
  const text = `${holder}services:
  - <<: *web
    address: 192.0.2.100
  - <<: [{ scheduler: rr }, *web]
    address: 192.0.2.101
    port: 0443
  - { address: 192.0.2.102, port: 81, realServers: *farm }
`;
  const members = (service: string) =>
    ["21", "22"].map((n) => `-a -t ${service} -r 198.51.100.${n}:8080 -m -w 1`);
  expect(await table("t.yaml", text)).toEqual([
    ...["-A -t 192.0.2.100:80 -s wrr", ...members("192.0.2.100:80")],
    ...["-A -t 192.0.2.101:443 -s rr", ...members("192.0.2.101:443")],
    ...["-A -t 192.0.2.102:81 -s wlc", ...members("192.0.2.102:81")],
  ]);
});

test("14: a thousand services may share a holder and its members", async () => {
  const rows = Array.from(
    { length: 1000 },
    (_, i) => `  - { <<: *web, address: 203.0.113.7, port: ${i + 1} }\n`,
  );
  expect(await table("many.yaml", `${holder}services:\n${rows.join("")}`)).toHaveLength(3000);
});

test("14: the line of a mistake is that of the key, wherever it comes from, and all are named at once", async () => {
  const text = `y-web:
  port: 80
x-web: &web
  port: http
  realServers: &farm
    - address: 198.51.100.21
      weight:
        70000
services:
  - <<: *web
    address: 192.0.2.100
  - address: 192.0.2.101
    port: 81
    scheduler:
      best
    realServers: *farm
    wieght: 1
`;
  expect(await table("bad.yaml", text)).toEqual([
    "bad.yaml line 1: y-web: no such property; there are services",
    'bad.yaml line 4: services[0].port: "http" is not a whole number from 0 to 65535',
    "bad.yaml line 7: services[0].realServers[0].weight: 70000 is not a whole number from 0 to 65535",
    expect.stringMatching(
      /^bad\.yaml line 14: services\[1\]\.scheduler: "best" is not one of rr,/,
    ) as string,
    "bad.yaml line 7: services[1].realServers[0].weight: 70000 is not a whole number from 0 to 65535",
    expect.stringMatching(/^bad\.yaml line 17: services\[1\]\.wieght: no such property;/) as string,
  ]);
});

test("14: an alias of nothing, and a merge key of something else than maps, have their lines", async () => {
  const text = `services:
  - address: *nobody
    port: 80
  - <<: 5
    address: 192.0.2.100
`;
  expect(await table("alias.yaml", text)).toEqual([
    "alias.yaml line 2: *nobody: no &nobody before it",
    "alias.yaml line 4: <<: it must be a map, such as *name, or a list of maps",
  ]);
});

const rows = [
  "address,port,protocol,scheduler,persistence.timeout,realServer,forwarding,weight",
  "192.0.2.101,53,tcp,sed,,192.0.2.21,gate,1",
  "# 192.0.2.101,53,udp,sed,,192.0.2.22,gate,1   out for repair",
  "192.0.2.102,3306,tcp,wrr,1,192.0.2.32,gate,0",
];
const lines = [
  "-A -t 192.0.2.101:53 -s sed",
  "-a -t 192.0.2.101:53 -r 192.0.2.21:53 -g -w 1",
  "-A -t 192.0.2.102:3306 -s wrr -p 1",
  "-a -t 192.0.2.102:3306 -r 192.0.2.32:3306 -g -w 0",
];

test.each([
  ["a comment before the head", ["# our services; all of them", "", ...rows]],
  ["semicolons", rows.map((row) => row.replaceAll(",", ";"))],
  [
    "a comment, semicolons and Windows' line ends",
    ["  # a, b\r", ...rows.map((row) => `${row.replaceAll(",", ";")}\r`)],
  ],
])("25: CSV may have %s", async (_, text) => {
  expect(await table("t.csv", `${text.join("\n")}\n`)).toEqual(lines);
});

test("25: comments and empty lines count where a mistake's line is named", async () => {
  const text = ["# one", ...rows, "", "# seven", "192.0.2.103;http;;;;;;", ""].join("\n");
  expect(await table("bad.csv", text)).toEqual(
    expect.arrayContaining(["bad.csv line 8: it has 1 cells, not 8 as the first line"]),
  );
  const other = ["# one", ...rows, "", "# seven", "192.0.2.103,http,,,,,,", ""].join("\n");
  expect(await table("bad.csv", other)).toEqual([
    'bad.csv line 8: port: "http" is not a whole number from 0 to 65535',
  ]);
});
