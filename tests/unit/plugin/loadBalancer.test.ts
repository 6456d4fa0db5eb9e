import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "../../../plugin/arguments";
import { resolvedInputs } from "../../../plugin/inputs";
import { LoadBalancer } from "../../../plugin/loadBalancer";
import { command, registered } from "../../support/pulumi/mocks";

const key = "-----BEGIN PRIVATE KEY-----\nKEY\n";
const ssh = (host: string) => ({
  host,
  user: "admin",
  privateKey: key,
  hostKey: "ssh-ed25519 AAAA",
});
const machine = (end: number) => ({
  ...{ ssh: ssh(`lb${end}.example.org`), interface: "eth0" },
  address: `192.0.2.${end}/24`,
});
const right: LoadBalancerArgs = {
  director: machine(10),
  virtualAddress: "192.0.2.100",
  port: 80,
  realServers: [{ name: "a", address: "192.0.2.21" }],
};

/** What a load balancer registers with these arguments instead. */
function made(changes: Record<string, unknown> = {}) {
  return registered(() => new LoadBalancer("lb", { ...right, ...changes }));
}

test("members that run already and such as get a web server are those of one service", async () => {
  const resources = await made({
    port: 8080,
    scheduler: "mh",
    schedulerFlags: ["mh-port"],
    persistence: { timeout: 60, netmask: "255.255.255.0" },
    realServers: [
      { name: "a", address: "192.0.2.21", port: 81, weight: 2 },
      {
        ...{ name: "b", forwarding: "ipip", tunnel: { type: "gue", port: 5555 } },
        webServer: { ...machine(22), page: pulumi.secret("B"), listen: "any", kind: "nginx" },
      },
    ],
  });
  expect(command(resources, "lb-tcp-192.0.2.100-8080").inputs.stdin).toBe(
    [
      "-A -t 192.0.2.100:8080 -s mh -p 60 -M 255.255.255.0 -b mh-port",
      "-a -t 192.0.2.100:8080 -r 192.0.2.21:81 -m -w 2",
      "-a -t 192.0.2.100:8080 -r 192.0.2.22:8080 -i -w 1 --tun-type gue --tun-port 5555 --tun-nocsum",
      "",
    ].join("\n"),
  );
  const web = command(resources, "lb-b-web").inputs.stdin as { value: string };
  expect(web.value).toContain("server nginx\ninstance lb-b\naddress 192.0.2.22\nport 8080\n");
  expect(command(resources, "lb-lb-b-192.0.2.100").inputs.connection).toMatchObject({
    value: { host: "lb22.example.org", user: "admin", port: 22 },
  });
  const own = resources.filter(({ parent }) => parent === "lb").map(({ type }) => type);
  expect([...new Set(own)].sort()).toEqual([
    "command:remote:Command",
    ...["BackendVm", "Director", "Host", "IpvsService", "RealServer", "Vip"].map(
      (type) => `ipvs-lab:index:${type}`,
    ),
  ]);
});

test("keepalived looks after the members, as a director has it", async () => {
  const check = { type: "http", path: "/health", status: [200, 204] };
  const realServers = [{ name: "a", address: "192.0.2.21", check, inhibitOnFailure: true }];
  const sorryServer = { address: "192.0.2.30", port: 80 };
  const resources = await made({ engine: "keepalived", quorum: 1, realServers, sorryServer });
  const text = String(command(resources, "lb-tcp-192.0.2.100-80").inputs.stdin);
  expect(text).toContain("path /health");
  expect(text).toContain("sorry_server 192.0.2.30 80");
});

const member = right.realServers[0];
test.each<[Record<string, unknown>, string]>([
  [{ virtualAddress: "vip" }, 'virtualAddress: "vip" is not a machine\'s IPv4 or IPv6 address'],
  [{ virtualAddress: undefined }, "virtualAddress: missing; it must be a machine's IPv4 or IPv6"],
  [{ port: 0 }, "port: 0 is not a whole number from 1 to 65535"],
  [{ protocol: "icmp" }, 'protocol: "icmp" is not one of tcp, udp, sctp'],
  [{ scheduler: "fastest" }, 'scheduler: "fastest" is not one of rr, wrr, lc'],
  [{ engine: "ldirectord" }, 'engine: "ldirectord" is not one of ipvsadm, keepalived'],
  [{ prefix: 0 }, "prefix: 0 is not a whole number from 1 to 128"],
  [{ firewallMark: 1 }, "firewallMark: no such property; there are director, engine"],
  [{ director: { ...machine(10), ssh: { ...ssh("x"), hostKey: "x" } } }, "director.ssh.hostKey: "],
  [{ director: { ...machine(10), machine: {} } }, "director.machine: no such property; there are"],
  [{ realServers: [{ ...member, weight: 70000 }] }, "realServers[0].weight: 70000 is not a whole"],
  [{ realServers: [{ name: "a" }] }, "realServers[0]: address, webServer: exactly one of the two"],
  [{ realServers: [{ ...member, webServer: { ...machine(22), page: "" } }] }, "webServer.page: "],
  [{ realServers: [member, member] }, 'realServers[1].name: "a" is taken; choose another'],
  [{ realServers: [{ ...member, name: "director" }] }, 'name: "director" is taken; choose another'],
])("%j is refused in the load balancer's own words", async (changes, said) => {
  await expect(made(changes)).rejects.toThrow(`LoadBalancer "lb": `);
  await expect(made(changes)).rejects.toThrow(said);
});

test("outputs that are known are plain values; what may come later stays an output", async () => {
  const privateKey = pulumi.secret(key);
  const args = await resolvedInputs("LoadBalancer", "lb", {
    ...right,
    director: { ...right.director, ssh: { ...ssh("x"), privateKey } },
    virtualAddress: pulumi.output("192.0.2.101"),
    realServers: pulumi.output([{ name: "b", address: pulumi.output("192.0.2.22") }]),
  });
  expect(args).toMatchObject({
    director: { ssh: { privateKey } },
    virtualAddress: "192.0.2.101",
    realServers: [{ name: "b", address: "192.0.2.22" }],
  });
});

test("all that is not known yet, or a secret, where it would be checked and shown is named", async () => {
  const realServers = [{ name: "a", address: pulumi.secret("192.0.2.21") }];
  const virtualAddress = pulumi.output(pulumi.unknown);
  const asked = resolvedInputs("LoadBalancer", "lb", { ...right, virtualAddress, realServers });
  await expect(asked).rejects.toThrow(
    /^LoadBalancer "lb": realServers\[0\]\.address: a secret, .*\nLoadBalancer "lb": virtualAddress: not known before/,
  );
});
