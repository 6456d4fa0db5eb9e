import { Director, Host, IpvsService, Router, Vip } from "../../../../components";
import { parseHostState } from "../../../../components/drift/hostState";
import { detectDrift } from "../../../../components/kinds/detectDrift";
import { command, registered } from "../../../support/pulumi/mocks";

function host(name: string, address: string): Host {
  const login = { host: name, user: "root", hostKey: "ssh-ed25519 AAAA" };
  const ssh = { ...login, privateKey: "-----BEGIN PRIVATE KEY-----\n" };
  return new Host(name, { ssh, interface: "eth0", address });
}

/** Two directors that announce an address to a router, and its service. */
function routed(bfd: boolean | { interval: number } = true) {
  return registered(() => {
    const directors = [1, 2].map(
      (n) => new Director(`d${n}`, { host: host(`lb${n}`, `10.80.4.1${n}/24`) }),
    );
    const neighbors = [{ address: "10.80.4.1", asn: 65000, bfd }];
    const vip = new Vip("vip", {
      ...{ directors, address: "10.90.0.1", announce: { bgp: { asn: 65001, neighbors } } },
    });
    const realServers = [{ address: "10.80.4.21", forwarding: "gate" as const }];
    const service = new IpvsService("web", {
      ...{ directors, vip, port: 80, scheduler: "mh", realServers },
    });
    const router = new Router("router", {
      ...{ host: host("gw", "10.80.4.1/24"), vips: [vip], services: [service] },
    });
    expect(router.directors).toEqual({ lb1: "10.80.4.11", lb2: "10.80.4.12" });
    expect(router.asn).toBe(65000);
  });
}

test("a router has a session with each director, by the directors' announcement", async () => {
  const resources = await routed();
  expect(command(resources, "router-bgprouter").inputs.stdin).toBe(
    "instance ipvs-lab-dev-router\nown 10.80.4.1\nasn 65000\ndirectors 10.80.4.11 10.80.4.12\n" +
      "remote 65001\nbfd 300 3\naddresses 10.90.0.1/32\npurge false\n",
  );
  const router = resources.find(({ name }) => name === "router");
  expect(router?.inputs).toMatchObject({
    ...{ asn: 65000, directorsAsn: 65001, addresses: ["10.90.0.1/32"] },
    directors: ["10.80.4.11", "10.80.4.12"],
  });
});

test("it detects directors that die as they detect it", async () => {
  const bfd = async (given: boolean | { interval: number }) =>
    command(await routed(given), "router-bgprouter").inputs.stdin;
  expect(await bfd({ interval: 50 })).toContain("bfd 50 3\n");
  expect(await bfd(false)).not.toContain("bfd");
});

test("those that need routes wait for the service, without which nothing is announced", async () => {
  const resources = await routed();
  const routes = command(resources, "router-routes");
  expect(routes.dependencies).toEqual(
    expect.arrayContaining(["router-bgprouter", "web-lb2-tcp-10.90.0.1-80"]),
  );
  // What only waits is not undone.
  expect(routes.inputs.delete).toBeUndefined();
  expect(routes.inputs.stdin).toContain(
    "directors 10.80.4.11 10.80.4.12\naddresses 10.90.0.1/32\n",
  );
});

describe("the preview", () => {
  const desired =
    "instance r\nown 10.80.4.1\nasn 65000\ndirectors 10.80.4.11 10.80.4.12\nremote 65001\naddresses 10.90.0.1/32\npurge false\n";
  const detected = (routes: object[], state = "active") => {
    const seen = parseHostState(
      [
        ...["@@ host", "name gw", "boot b", "last 1", "@@ marks"],
        ...["@ /var/lib/ipvs-lab/bgprouter/r", "= owner p/s/router", "= generation g", "= "],
        ...desired
          .trim()
          .split("\n")
          .map((line) => `= ${line}`),
        ...["@@ links", "[]", JSON.stringify(routes), "@@ packages", "bird2 installed"],
        ...["@@ servers", `router/r ${state} yes yes`, "@@ end", ""],
      ].join("\n"),
    );
    const object = { kind: "bgprouter", owner: "p/s/router", desired, adopt: false };
    return detectDrift(object, seen, "gw");
  };
  const hops = (...gateways: string[]) => ({
    dst: "10.90.0.1",
    nexthops: gateways.map((gateway) => ({ gateway, dev: "eth0", weight: 1 })),
  });

  test("finds nothing while all directors are next hops", () => {
    expect(detected([hops("10.80.4.12", "10.80.4.11")])).toEqual({
      ...{ fingerprint: "g", differences: [] },
    });
  });

  test.each([
    ["one", [{ dst: "10.90.0.1", gateway: "10.80.4.11", dev: "eth0" }], "10.80.4.12"],
    ["all", [{ dst: "default", gateway: "10.80.4.11" }], "10.80.4.11, 10.80.4.12"],
  ])("says, as no fault of the router, that %s of them are not", (_, routes, missing) => {
    expect(detected(routes)).toEqual({
      ...{ fingerprint: "g", differences: [] },
      notes: [`10.90.0.1/32 is not routed to ${missing}`],
    });
  });

  test("names a BIRD that does not run", () => {
    expect(detected([hops("10.80.4.12", "10.80.4.11")], "failed").differences).toEqual([
      "router-r.service is failed",
    ]);
  });
});
