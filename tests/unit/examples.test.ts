import * as pulumi from "@pulumi/pulumi";
import { command, registered } from "../support/pulumi/mocks";

const privateKey = "-----BEGIN PRIVATE KEY-----\nKEY\n";
const at = (name: string, end: number) => ({
  ...{
    name,
    host: `192.0.2.${end}`,
    user: "admin",
    hostKey: "ssh-ed25519 AAAA",
    interface: "eth0",
  },
  address: `192.0.2.${end}/24`,
});

/** What an example's program registers with these settings. */
async function example(name: string, settings: Record<string, unknown>) {
  return registered(() => {
    for (const [key, value] of Object.entries({ privateKey, port: 80, ...settings })) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      pulumi.runtime.setConfig(`ipvs-lab:${key}`, text);
    }
    jest.requireActual(`../../examples/${name}`);
  });
}

test("existing-servers: members that run already, beside web servers, all through the bastion", async () => {
  const { name, interface: device, address, ...bastion } = at("bastion", 1);
  expect([name, device, address]).toEqual(["bastion", "eth0", "192.0.2.1/24"]);
  const resources = await example("existing-servers", {
    director: at("lb1", 10),
    webServers: [{ ...at("app1", 21), page: "app1" }],
    members: [{ name: "app2", address: "192.0.2.22", port: 8080, weight: 2 }],
    ...{ bastion, bastionKey: privateKey.replace("KEY\n", "OTHER\n") },
    ...{ vip: "192.0.2.100", scheduler: "wrr" },
  });
  expect(command(resources, "web-tcp-192.0.2.100-80").inputs.stdin).toBe(
    [
      "-A -t 192.0.2.100:80 -s wrr",
      "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1",
      "-a -t 192.0.2.100:80 -r 192.0.2.22:8080 -m -w 2",
      "",
    ].join("\n"),
  );
  const commands = resources.filter(({ type }) => type === "command:remote:Command");
  expect(commands.length).toBeGreaterThan(5);
  for (const { inputs } of commands) {
    expect(inputs.connection).toMatchObject({ value: { proxy: { host: "192.0.2.1" } } });
  }
  expect(resources.map(({ type }) => type)).not.toContain("vagrant:index:Machine");
});

test("direct-routing-ipv6: members of IPv6, each with the virtual address in silence", async () => {
  const six = (name: string, end: number) => ({
    ...at(name, end),
    address6: `2001:db8::${end}/64`,
  });
  const resources = await example("direct-routing-ipv6", {
    director: six("lb1", 10),
    realServers: [21, 22].map((end) => ({ ...six(`app${end}`, end), page: "x" })),
    vip: "2001:db8::100",
  });
  const lines = resources.map(({ inputs }) => String(inputs.stdin));
  expect(lines).toContain(
    [
      "-A -t [2001:db8::100]:80 -s mh",
      "-a -t [2001:db8::100]:80 -r [2001:db8::21]:80 -g -w 1",
      "-a -t [2001:db8::100]:80 -r [2001:db8::22]:80 -g -w 1",
      "",
    ].join("\n"),
  );
  const ready = lines.filter((text) => text.startsWith("vip 2001:db8::100\ninterface eth0\n"));
  expect(ready.map((text) => text.split("server ")[1])).toEqual(["app21\n", "app22\n"]);
});

test("keepalived-pair: two directors that share the address, each with a web server in a namespace", async () => {
  const servers = [1, 2].map((n) => ({ ...at(`lb${n}`, 10 + n), webServer: `192.0.2.${20 + n}` }));
  const resources = await example("keepalived-pair", { servers, vip: "192.0.2.100" });
  const shared = ["lb1", "lb2"].map(
    (lb) => command(resources, `web-${lb}-tcp-192.0.2.100-80`).inputs.stdin,
  );
  expect(shared[1]).toBe(shared[0]);
  expect(shared[0]).toContain("-a -t 192.0.2.100:80 -r 192.0.2.22:80 -i -w 1 --tun-type ipip\n");
  const address = command(resources, "vip-lb2-192.0.2.100").inputs.stdin;
  expect(address).toContain("unicast_src_ip 192.0.2.12\n");
});
