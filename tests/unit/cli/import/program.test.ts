import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";
import { run } from "../../../support/import/imported";

const root = join(__dirname, "../../../..");

/** As `ip -j addr` prints them on a director. */
const links = JSON.stringify([
  {
    ifname: "eth0",
    flags: ["UP"],
    addr_info: [
      { family: "inet", local: "192.0.2.10", prefixlen: 24 },
      { family: "inet", local: "192.0.2.1", prefixlen: 24 },
      { family: "inet", local: "192.0.2.2", prefixlen: 32 },
      { family: "inet6", local: "2001:db8::10", prefixlen: 64 },
      { family: "inet6", local: "2001:db8::1", prefixlen: 64 },
    ],
  },
]);

/** Services as `ipvsadm -Sn` of ipvsadm 1.31 printed them, one of each kind. */
const expressible = `
-A -t 192.0.2.1:80 -s rr
-a -t 192.0.2.1:80 -r 198.51.100.2:8080 -m -w 65535
-a -t 192.0.2.1:80 -r 198.51.100.3:80 -g -w 1
-a -t 192.0.2.1:80 -r 198.51.100.5:80 -i -w 0 --tun-type ipip
-a -t 192.0.2.1:80 -r 198.51.100.10:80 -i -w 1 --tun-type gre --tun-nocsum
-a -t 192.0.2.1:80 -r 198.51.100.11:80 -i -w 1 --tun-type gre --tun-csum
-a -t 192.0.2.1:80 -r [2001:db8::9]:80 -i -w 1 --tun-type ipip
-a -t 192.0.2.1:80 -r [2001:db8::b]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum
-A -t 192.0.2.1:81 -s sh -b sh-fallback,sh-port
-a -t 192.0.2.1:81 -r 198.51.100.2:8080 -m -w 1
-A -t 192.0.2.2:81 -s mh -b mh-port
-a -t 192.0.2.2:81 -r 198.51.100.2:8080 -m -w 1
-A -t 192.0.2.1:87 -s wrr -b flag-1,flag-3
-A -t 192.0.2.1:88 -s rr -p 360
-A -t 192.0.2.2:0 -s rr -p 60 -M 255.255.255.0
-a -t 192.0.2.2:0 -r 198.51.100.1:80 -m -w 1
-a -t 192.0.2.2:0 -r 198.51.100.2:0 -g -w 1
-A -u 192.0.2.1:5060 -s rr -p 60 --pe sip -o
-A --sctp-service 192.0.2.1:80 -s rr -p 60
-A -t [2001:db8::1]:80 -s rr -p 30 -M 64
-a -t [2001:db8::1]:80 -r 198.51.100.2:80 -i -w 1 --tun-type ipip
-a -t [2001:db8::1]:80 -r [2001:db8::2]:8080 -m -w 1
-A -f 1 -s rr
-a -f 1 -r 198.51.100.2:0 -m -w 1
-a -f 1 -r 198.51.100.2:80 -m -w 1
-a -f 1 -r [2001:db8::5]:0 -i -w 1 --tun-type ipip
-A -f 1 -6 -s wrr
-a -f 1 -6 -r 198.51.100.2:0 -i -w 1 --tun-type ipip
-a -f 1 -6 -r [2001:db8::2]:0 -m -w 1
-A -f 5 -s sh -p 30 -o -b sh-port
-A -f 9 -s rr -p 30 -M 0.0.0.0
-a -f 9 -r 198.51.100.3:443 -g -w 1`
  .trim()
  .split("\n");

/** What the kernel lets pass and the components do not have, and the words with which each is left out. */
const left: [lines: string[], why: string][] = [
  [
    ["-A -t 192.0.2.1:90 -s sh -b "],
    "192.0.2.1:90/tcp: its scheduler sh has a flag without a name",
  ],
  [["-A -f -1 -s rr"], "firewall mark -1 is not a whole number from 1 to 2147483647"],
  [["-A -u 192.0.2.1:91 -s rr --pe sip"], "192.0.2.1:91/udp: it has --pe and no persistence (-p)"],
  [
    ["-A -f 8 -s rr -p 30 -M 255.0.255.0"],
    'firewall mark 8 of ipv4: persistence.netmask: "255.0.255.0" is not an IPv4 mask such as 255.255.255.0',
  ],
  [
    ["-A -t 192.0.2.1:92 -s rr -p 60 --pe sip"],
    "192.0.2.1:92/tcp: persistence.engine: sip calls come by udp, so protocol must be udp",
  ],
];

/** Services that are declared without a member, which stays somebody else's. */
const without: [service: string, member: string, why: string][] = [
  [
    "-A -t 192.0.2.1:93 -s rr",
    "-a -t 192.0.2.1:93 -r 192.0.2.1:93 -m -w 1",
    "192.0.2.1:93/tcp: 192.0.2.1: its address 192.0.2.1 is the virtual address itself",
  ],
  [
    "-A -t 192.0.2.1:97 -s rr",
    "-a -t 192.0.2.1:97 -r 198.51.100.3:80 -g -w 1",
    "192.0.2.1:97/tcp: 198.51.100.3: port 80 cannot be had with forwarding gate, which leaves the service's: 97",
  ],
  [
    "-A -t [2001:db8::1]:94 -s rr",
    "-a -t [2001:db8::1]:94 -r [::1]:94 -m -w 1",
    '[2001:db8::1]:94/tcp: ::1: address: "::1" is not a machine\'s IPv4 or IPv6 address such as 10.10.10.3 or 2001:db8::3',
  ],
];

/** A service whose address is on no interface, as a table has it. */
const nowhere = "-A -t 192.0.2.9:80 -s rr";

/** As `ipvsadm -Ln --thresholds` prints two of the members. */
const thresholds = `
TCP  192.0.2.1:80 rr
  -> 198.51.100.10:80             7          3          0          0
FWM  1 IPv6 wrr
  -> [2001:db8::2]:0              5          0          0          0`
  .trim()
  .split("\n");

let text: string;
let leftOut: string[];
let notes: string[];

beforeAll(() => {
  const all = [
    ...[...expressible, nowhere, ...left.flatMap(([lines]) => lines)],
    ...without.flatMap(([service, member]) => [service, member]),
  ];
  const observation = [
    ...[
      "@@ host",
      "name lb",
      "boot b00t",
      "@@ links",
      links,
      "[]",
      "@@ services",
      "loaded",
      ...all,
    ],
    ...["@@ thresholds", ...thresholds, "@@ end", ""],
  ];
  const code = `
    const { programFor } = require(${JSON.stringify(join(root, "cli/import/program.ts"))});
    const observation = require(${JSON.stringify(join(root, "components/drift/hostState.ts"))});
    const reach = { name: "lb", host: "lb.example.org", port: 22, user: "root", hostKey: "ssh-ed25519 AAAA" };
    console.log(JSON.stringify(programFor(observation.parseHostState(process.env.ANSWER), reach)));`;
  // Set-up's modules are ES modules, for a process of their own.
  const printed = execFileSync(process.execPath, ["--require", esModules, "--eval", code], {
    ...{ cwd: root, encoding: "utf8", env: { ...process.env, ANSWER: observation.join("\n") } },
  });
  ({
    text,
    omitted: leftOut,
    notes,
  } = JSON.parse(printed) as { text: string; omitted: string[]; notes: string[] });
});

test("the program that is printed declares the very lines that were found", async () => {
  const resources = await run(text);
  const commands = resources.filter((r) => r.type === "command:remote:Command");
  const lines = commands
    .map((r) => String(r.inputs.stdin))
    .filter((stdin) => stdin.startsWith("-A "))
    .flatMap((stdin) => stdin.trim().split("\n"));
  const limits: Record<string, string> = {
    "-a -t 192.0.2.1:80 -r 198.51.100.10:80": " -x 7 -y 3",
    "-a -f 1 -6 -r [2001:db8::2]:0": " -x 5",
  };
  const found = expressible.map(
    (line) => line + (limits[line.split(" -i ")[0]?.split(" -m ")[0] ?? ""] ?? ""),
  );
  expect(lines.sort()).toEqual([...found, nowhere, ...without.map(([service]) => service)].sort());
  const addresses = commands
    .map((r) => String(r.inputs.stdin))
    .filter((s) => s.startsWith("address "));
  expect(addresses.map((stdin) => stdin.split("\n")[0]).sort()).toEqual([
    "address 192.0.2.1/24",
    "address 192.0.2.2/32",
    "address 2001:db8::1/64",
  ]);
});

test("no two resources have one name, and none has a URN's separator in it", () => {
  const names = [...text.matchAll(/new (\w+)\("([^"]*)"/g)].map(
    ([, type, name]) => `${type} ${name}`,
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes(":"))).toEqual([]);
});

test("what cannot be declared is left out, each with its reason", () => {
  const reasons = [...left.map(([, why]) => why), ...without.map(([, , why]) => why)];
  expect([...leftOut].sort()).toEqual(reasons.sort());
});

test("so many services are one table, and an address that is nowhere is named", () => {
  expect(text).toContain('new IpvsTable("services", {');
  expect(notes).toContain("192.0.2.9:80/tcp: no interface has its address");
});
