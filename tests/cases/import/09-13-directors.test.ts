import { type ProgramOfDirector, programsOf, type Seen } from "../../support/import/directors";
import { run, typeErrors } from "../../support/import/imported";
import { linesOf } from "../../support/import/realFiles";
import type { Registered } from "../../support/pulumi/mocks";

const lo = ["127.0.0.1/8", "::1/128"];
const eth0 = ["192.0.2.10/24", "fe80::1/64"];
const web = `
-A -t 192.0.2.100:80 -s rr
-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 1`;
const tunnels = `
-A -t 203.0.113.10:80 -s sh -p 60
-a -t 203.0.113.10:80 -r 198.51.100.72:80 -i -w 1 --tun-type ipip
-a -t 203.0.113.10:80 -r 198.51.100.73:80 -i -w 1 --tun-type ipip`;
const marks = `
-A -f 1 -s rr -p 300
-a -f 1 -r 192.0.2.21:443 -g -w 1
-a -f 1 -r 192.0.2.22:443 -g -w 1`;
const shops = Array.from(
  { length: 11 },
  (_, i) =>
    `-A -t 203.0.113.${i + 1}:443 -s wlc\n-a -t 203.0.113.${i + 1}:443 -r 192.0.2.21:443 -g -w ${i % 2}`,
).join("\n");

const directors = {
  own: {
    links: { lo, eth0 },
    services: "-A -t 192.0.2.10:80 -s rr\n-a -t 192.0.2.10:80 -r 198.51.100.21:8080 -m -w 1",
  },
  ownNamed: {
    links: { lo, eth0 },
    services: "-A -t 192.0.2.10:80 -s rr",
    interface: "eth0",
  },
  onLo: { links: { lo: [...lo, "203.0.113.10/32"], eth0 }, services: tunnels, gateway: "eth0" },
  onDummy: { links: { lo, dummy0: ["203.0.113.10/32"], eth0 }, services: tunnels },
  marksAlone: {
    links: { lo, eth0 },
    services: marks,
    rules: [
      "table ip mangle {",
      "  ip daddr 192.0.2.100 tcp dport 443 counter packets 0 bytes 0 meta mark set 0x1",
      "}",
      "-A PREROUTING -d 192.0.2.100/32 -p tcp -m tcp --dport 443 -j MARK --set-xmark 0x1/0xffffffff",
      "-A PREROUTING -d 192.0.2.100/32 -p udp -m udp --dport 443 -j MARK --set-xmark 0x1/0xffffffff",
    ].join("\n"),
  },
  marksUnknown: { links: { lo, eth0 }, services: marks },
  ipv6Alone: {
    links: { lo, eth0: ["2001:db8:10::10/64", "2001:db8:10::100/128", "fe80::1/64"] },
    services:
      "-A -t [2001:db8:10::100]:80 -s wrr\n-a -t [2001:db8:10::100]:80 -r [2001:db8:20::21]:8080 -m -w 1",
  },
  dual: {
    links: {
      lo,
      eth0: ["192.0.2.10/24", "192.0.2.100/24", "2001:db8:10::10/64", "2001:db8:10::100/64"],
    },
    services: `${web}\n-A -t [2001:db8:10::100]:80 -s wrr`,
  },
  many: {
    links: { lo, dummy0: ["203.0.113.1/32", "203.0.113.2/32"], eth0 },
    services: shops,
    tableFile: "services.yaml",
  },
  cluster: {
    links: {
      ...{ lo, eth0: [...eth0, "192.0.2.100/24"] },
      "kube-ipvs0": ["198.51.100.200/32"],
    },
    services: `${web}
-A -t 198.51.100.200:443 -s rr
-a -t 198.51.100.200:443 -r 192.0.2.21:6443 -m -w 1
-A -t 192.0.2.10:30443 -s rr`,
  },
  noAddress: { links: { lo }, services: marks },
  wrongInterface: { links: { lo, eth0 }, services: marks, interface: "eth7" },
  everybody: {
    links: { lo, eth0 },
    services: "-A -f 9 -s rr -p 300 -M 0.0.0.0\n-A -t 192.0.2.10:3306 -s rr -p 300 -M 0.0.0.0",
  },
} satisfies Record<string, Seen>;
type Name = keyof typeof directors;

let programs: Map<string, ProgramOfDirector>;

beforeAll(async () => {
  const all = await programsOf(Object.values(directors));
  programs = new Map(
    Object.keys(directors).flatMap((name, i) => {
      const one = all[i];
      return one ? [[name, one]] : [];
    }),
  );
});

function program(name: Name): ProgramOfDirector {
  return programs.get(name) ?? { text: "", omitted: [], notes: [] };
}

const addresses = (resources: Registered[]) =>
  resources
    .filter(({ type }) => type === "command:remote:Command")
    .map(({ inputs }) => String(inputs.stdin))
    .filter((stdin) => stdin.startsWith("address "))
    .map((stdin) => stdin.trim().replace("\n", " "));

const right = (Object.keys(directors) as Name[]).filter(
  (name) => !["noAddress", "wrongInterface", "many"].includes(name),
);

test("every program is right in its types", () => {
  expect(typeErrors(right.map((name) => program(name).text))).toEqual([]);
});

test.each([
  ["import 9: a service at the machine's only address is a table's", "own", []],
  ["import 9: the same where its interface is named", "ownNamed", []],
  ["import 10: an address on lo stays there", "onLo", ["address 203.0.113.10/32 interface lo"]],
  [
    "import 10: an address on a dummy interface stays there",
    "onDummy",
    ["address 203.0.113.10/32 interface dummy0"],
  ],
  ["import 13: marks alone need no address", "marksAlone", []],
  ["import 28: IPv6 alone", "ipv6Alone", ["address 2001:db8:10::100/128 interface eth0"]],
  [
    "both families, each in its network",
    "dual",
    ["address 192.0.2.100/24 interface eth0", "address 2001:db8:10::100/64 interface eth0"],
  ],
  ["import 27: all clients on one member", "everybody", []],
] as const)("%s: the program has the machine's table and addresses", async (_, name, vips) => {
  const resources = await run(program(name).text);
  const lines = directors[name].services.trim().split("\n");
  expect(linesOf(resources).sort()).toEqual([...lines].sort());
  expect(addresses(resources)).toEqual(vips);
  expect(program(name).omitted).toEqual([]);
});

test("import 10: the host has the interface and address of the balanced network, wherever its Vips are", () => {
  for (const name of ["onLo", "onDummy"] as const) {
    expect(program(name).text).toContain('interface: "eth0",\n  address: "192.0.2.10/24",');
  }
});

test("import 28: the host has its address of IPv6, and both where it has both", () => {
  expect(program("ipv6Alone").text).toContain('address6: "2001:db8:10::10/64"');
  expect(program("dual").text).toContain(
    'address: "192.0.2.10/24",\n  address6: "2001:db8:10::10/64",',
  );
});

test("import 13: a mark has its ports where the machine's rules show them", () => {
  expect(program("marksAlone").notes).toEqual([
    "firewall mark 1: the machine's rules set it for tcp 443 of 192.0.2.100 and udp 443 of 192.0.2.100, and stay as they are; " +
      'once they are gone, vip and ports: [443, "443/udp"] of its service let the director set it',
  ]);
  expect(program("marksUnknown").notes).toEqual([
    expect.stringContaining("firewall mark 1: what sets it stays as it is"),
  ]);
});

test("import 25: more than ten services are a table with its file, and weight 0 stays", () => {
  const { text, table } = program("many");
  expect(text).toContain('file: "services.yaml"');
  expect(text.match(/new Vip\(/g)).toHaveLength(2);
  expect(table?.match(/address: 203\.0\.113/g)).toHaveLength(11);
  expect(table).toContain("weight: 0");
});

test("what kube-proxy has is named and left alone", async () => {
  expect(program("cluster").omitted).toEqual([
    "198.51.100.200:443/tcp: kube-proxy (kube-ipvs0) has it already",
    "192.0.2.10:30443/tcp: kube-proxy (kube-ipvs0) has it already",
  ]);
  expect(linesOf(await run(program("cluster").text))).toEqual(web.trim().split("\n"));
});

test("a machine without an address, and an interface that it has not, are named", () => {
  expect(program("noAddress").error).toBe(
    "lb has no interface with an address; name the interface of the balanced network with --interface",
  );
  expect(program("wrongInterface").error).toBe(
    "lb has no address on eth7; its interfaces with addresses: eth0",
  );
});
