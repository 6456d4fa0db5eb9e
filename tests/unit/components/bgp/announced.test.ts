import * as pulumi from "@pulumi/pulumi";
import {
  BgpAnnouncement,
  BgpNeighbor,
  Director,
  DirectorArgs,
  Host,
  IpvsService,
  Vip,
} from "../../../../components";
import { parseHostState } from "../../../../components/drift/hostState";
import { detectDrift } from "../../../../components/kinds/detectDrift";
import { command, registered } from "../../../support/pulumi/mocks";

const router: BgpNeighbor = { address: "10.80.4.1", asn: 65000 };

interface Declared {
  director?: Partial<DirectorArgs>;
  bgp?: Partial<BgpAnnouncement>;
  scheduler?: "mh" | "rr";
  addresses?: string[];
}

/** Two directors that announce an address, and its service. */
function announced({ director, bgp, scheduler = "mh", addresses = ["10.90.0.1"] }: Declared = {}) {
  return registered(() => {
    const directors = [1, 2].map((n) => {
      const [address, address6] = [`10.80.4.1${n}/24`, `fd80:4::1${n}/64`];
      const login = { host: `lb${n}`, user: "root", hostKey: "ssh-ed25519 AAAA" };
      const privateKey = "-----BEGIN PRIVATE KEY-----\n";
      const host = new Host(`lb${n}`, {
        ...{ ssh: { ...login, privateKey }, interface: "eth0", address, address6 },
      });
      return new Director(`d${n}`, { host, ...director });
    });
    addresses.forEach((address, i) => {
      const announce = { bgp: { asn: 65001, neighbors: [router], ...bgp } };
      const vip = new Vip(`vip${i || ""}`, { directors, address, announce });
      const member = address.includes(":") ? "fd80:2::11" : "10.80.2.11";
      const realServers = [{ address: member, forwarding: "gate" as const }];
      new IpvsService(`web${i || ""}`, { directors, vip, port: 80, scheduler, realServers });
    });
  });
}

function stdin(resources: Awaited<ReturnType<typeof announced>>, name: string): unknown {
  return command(resources, name).inputs.stdin;
}

test("each director has a BIRD, a session with each neighbour, and the address", async () => {
  const resources = await announced();
  expect(stdin(resources, "d1-bgp")).toBe(
    "instance ipvs-lab-dev-d1\nrouter 10.80.4.11\npurge false\n",
  );
  expect(stdin(resources, "d2-bgp-10.80.4.1")).toBe(
    "instance ipvs-lab-dev-d2\nneighbor 10.80.4.1\nremote 65000\nasn 65001\nown 10.80.4.12\nbfd 300 3\n",
  );
  expect(stdin(resources, "vip-lb1-10.90.0.1")).toBe(
    "instance ipvs-lab-dev-d1\naddress 10.90.0.1/32\ninterface eth0\nneighbors 10.80.4.1\nsloppy yes\n",
  );
  // The service comes after the address, so that at the end it goes first.
  expect(command(resources, "web-lb1-tcp-10.90.0.1-80").dependencies).toContain(
    "vip-lb2-10.90.0.1",
  );
});

test("a second address has the same BIRD and sessions", async () => {
  const resources = await announced({ addresses: ["10.90.0.1", "10.90.0.2"] });
  const names = resources.filter(({ name }) => name.startsWith("d1-bgp")).map(({ name }) => name);
  expect(names).toEqual(["d1-bgp", "d1-bgp-10.80.4.1"]);
});

test("an address of each family is announced to neighbours of its own", async () => {
  const neighbors = [router, { address: "FD80:4:0::1", asn: 65000 }];
  const resources = await announced({ bgp: { neighbors }, addresses: ["10.90.0.1", "fd90::1"] });
  expect(stdin(resources, "vip1-lb2-fd90--1")).toContain("neighbors fd80:4::1\n");
  expect(stdin(resources, "vip-lb2-10.90.0.1")).toContain("neighbors 10.80.4.1\n");
  expect(stdin(resources, "d2-bgp-fd80-4--1")).toContain("own fd80:4::12\n");
});

test("what is asked for reaches the machine", async () => {
  const resources = await announced({
    director: { maintenance: true, sysctls: { sloppy_tcp: 0 }, purgePackages: true },
    bgp: {
      ...{ med: 5, localPreference: 7, communities: ["65001:100", "no-export"] },
      neighbors: [
        { address: "10.80.4.1", asn: 65001, bfd: { interval: 50 } },
        { address: "10.9.9.9", asn: 65002, bfd: false, multihop: 4 },
      ],
    },
  });
  expect(stdin(resources, "d1-bgp")).toContain("maintenance yes\npurge true\n");
  expect(stdin(resources, "d1-bgp-10.80.4.1")).toContain("bfd 50 3\n");
  expect(stdin(resources, "d1-bgp-10.9.9.9")).toMatch(/own 10\.80\.4\.11\nhops 4\n$/);
  expect(stdin(resources, "vip-lb1-10.90.0.1")).toBe(
    "instance ipvs-lab-dev-d1\naddress 10.90.0.1/32\ninterface eth0\nneighbors 10.80.4.1 10.9.9.9\n" +
      "communities 65001:100 65535:65281\nmed 5\npreference 7\n",
  );
});

describe("a password", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": expect.anything() as unknown,
    value,
  });

  test.each([
    ["in plain text", "open sesame", "in plain text"],
    ["that is secret", pulumi.secret("open sesame"), "set"],
  ])("%s is a secret in the Command, and is not in the Vip", async (_, password, shown) => {
    const resources = await announced({ bgp: { neighbors: [{ ...router, password }] } });
    expect(stdin(resources, "d1-bgp-10.80.4.1")).toEqual(
      secret(expect.stringMatching(/bfd 300 3\n\nopen sesame$/)),
    );
    const vip = resources.find(({ name }) => name === "vip");
    expect(JSON.stringify(vip)).not.toContain("open sesame");
    const neighbors = [{ address: "10.80.4.1", asn: 65000, bfd: true, password: shown }];
    const announce = { bgp: { asn: 65001, neighbors } };
    // Where one part is secret, a mock gets the whole as a secret; policies get the part.
    expect(vip?.inputs.announce).toEqual(shown === "set" ? secret(announce) : announce);
  });
});

test("BIRD listens on another port where it is asked to", async () => {
  const resources = await announced({ bgp: { port: 1179 } });
  expect(stdin(resources, "d1-bgp-10.80.4.1")).toContain("own 10.80.4.11\nport 1179\nbfd 300 3\n");
  const usual = await announced({ bgp: { port: 179 } });
  expect(stdin(usual, "d1-bgp-10.80.4.1")).not.toContain("port");
});

test("one number for a router that has no IPv4 address, and not 0", async () => {
  const make = () =>
    registered(() => {
      const login = { host: "lb", user: "root", hostKey: "ssh-ed25519 AAAA" };
      const ssh = { ...login, privateKey: "-----BEGIN PRIVATE KEY-----\n" };
      const host = new Host("lb", { ssh, interface: "eth0", address6: "2001:db8::1/64" });
      const neighbors = [{ address: "2001:db8::2", asn: 65000 }];
      new Vip("vip", {
        ...{ directors: [new Director("d", { host })], address: "2001:db8:1::1" },
        announce: { bgp: { asn: 65001, neighbors } },
      });
    });
  const [once, twice] = [stdin(await make(), "d-bgp"), stdin(await make(), "d-bgp")];
  expect(once).toMatch(/^router [1-9]\d*\.\d+\.\d+\.\d+$/m);
  expect(twice).toBe(once);
});

describe("the preview", () => {
  const state = (bgp: string[]) =>
    parseHostState(
      [
        ...["@@ host", "name lb", "boot b", "last 1", "@@ marks"],
        ...[
          "@ /var/lib/ipvs-lab/bgpaddress/10.90.0.1:32",
          "= owner p/s/vip",
          "= generation g",
          "= ",
        ],
        "= instance i",
        ...[
          "= address 10.90.0.1/32",
          "= neighbors 10.80.4.1",
          "@@ bgp",
          "@ i",
          ...bgp,
          "@@ end",
          "",
        ],
      ].join("\n"),
    );
  const desired = "instance i\naddress 10.90.0.1/32\nneighbors 10.80.4.1\n";
  const told = (bgp: string[]) =>
    detectDrift({ kind: "bgpaddress", owner: "p/s/vip", desired, adopt: false }, state(bgp), "lb");
  const up = "n_10_80_4_1 BGP --- up 2026-11-30 11:13:20 Established";

  test("finds nothing where what may be announced is", () => {
    const bgp = ["alive v_10_90_0_1", "live v_10_90_0_1.conf", up];
    expect(told([...bgp, "exported n_10_80_4_1 10.90.0.1/32"]).differences).toEqual([]);
  });

  test("names an announcement that is gone, and to whom", () => {
    expect(told(["alive v_10_90_0_1", "live ", up]).differences).toEqual([
      "the announcement of 10.90.0.1/32 is gone",
    ]);
    expect(told(["alive v_10_90_0_1", "live v_10_90_0_1.conf", up]).differences).toEqual([
      "the announcement of 10.90.0.1/32 to 10.80.4.1 is gone",
    ]);
  });

  test("does not count what a session that is down does not hear", () => {
    const down = "n_10_80_4_1 BGP --- start 2026-11-30 11:13:20 Active";
    expect(told(["alive v_10_90_0_1", "live v_10_90_0_1.conf", down]).differences).toEqual([]);
  });

  test("does not miss the announcement of an address that waits for its members, and says so", () => {
    expect(told(["alive v_10_90_0_1", "coming v_10_90_0_1 ", "live ", up])).toMatchObject({
      differences: [],
      notes: ["10.90.0.1/32 is not announced yet: not all members of its services are back"],
    });
  });

  test("notes an address without a live member, and is silent in maintenance", () => {
    expect(told(["alive ", "live ", up])).toMatchObject({
      differences: [],
      notes: ["10.90.0.1/32 is not announced: no service of it has a live member"],
    });
    const { notes, differences } = told(["alive ", "live ", "withdrawn", up]);
    expect([notes, differences]).toEqual([undefined, []]);
  });
});
