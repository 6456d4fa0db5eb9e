import { BackendVm } from "../../../components/backends/backendVm";
import { NetnsBackend } from "../../../components/backends/netnsBackend";
import { RealServer } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host, HostArgs } from "../../../components/host/host";
import { SourceNat } from "../../../components/nat/sourceNat";
import { StaticRedirect } from "../../../components/nat/staticRedirect";
import { IpvsService } from "../../../components/service/ipvsService";
import { Vip } from "../../../components/vip/vip";
import { command, registered } from "../../support/pulumi/mocks";

const ssh = {
  host: "2001:db8:10::10",
  user: "root",
  privateKey: "-----BEGIN PRIVATE KEY-----\n",
  hostKey: "ssh-ed25519 AAAA",
};
const only6 = { ssh, interface: "eth0", address6: "2001:db8:10::10/64" };
const vip6 = "2001:db8:10::100";

function host(args: Partial<HostArgs> = {}): Host {
  return new Host("lb", { ...only6, ...args });
}

async function refusal(program: () => unknown): Promise<string> {
  return registered(program).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

test("import 28: a director of IPv6 alone has addresses, services, source NAT, redirections and backends", async () => {
  const resources = await registered(() => {
    const lb = host();
    const director = new Director("director", { host: lb });
    const vip = new Vip("vip", { host: lb, address: vip6 });
    const app = new Host("app", { ...only6, address6: "2001:db8:10:0::20/64" });
    const backend = new BackendVm("b", { host: app, page: "b", port: 8080 });
    const realServers = [new RealServer("r", { backend })];
    new IpvsService("web", { director, vip, port: 80, realServers });
    new SourceNat("nat", { director, vip });
    new StaticRedirect("static", { director, vip, port: 81, backend });
  });
  const stdin = (name: string) => command(resources, name).inputs.stdin;
  expect(stdin("vip-2001-db8-10--100")).toBe(`address ${vip6}/64\ninterface eth0\n`);
  expect(stdin("web-tcp-2001-db8-10--100-80")).toContain("-r [2001:db8:10::20]:8080 -m -w 1\n");
  expect(stdin("nat-2001-db8-10--100")).toBe(`vip ${vip6}\nnetwork 2001:db8:10::/64\n`);
  expect(stdin("static-tcp-2001-db8-10--100-81")).toContain("network 2001:db8:10::/64\n");
  expect(stdin("b-web")).toContain("address 2001:db8:10::20\n");
});

test("import 28: neither of the two addresses is refused with both names", async () => {
  expect(await refusal(() => host({ address6: undefined }))).toBe(
    'Host "lb": address, address6: at least one of the two must be given, such as 10.10.10.1/24 or 2001:db8::1/64',
  );
});

test("import 28: what needs an address of IPv4 says so", async () => {
  expect(await refusal(() => new Vip("v", { host: host(), address: "192.0.2.100" }))).toBe(
    'Vip "v": address: 192.0.2.100 lies in no network of lb, which has no address of IPv4; give a prefix or an interface',
  );
  const inside = { namespace: "n", address: "192.0.2.3", page: "x" };
  expect(await refusal(() => new NetnsBackend("n", { host: host(), ...inside }))).toBe(
    'NetnsBackend "n": host: lb has no IPv4 address; give it one, because the namespace is in the same network',
  );
  const routed = { address: "192.0.2.100", prefix: 32 };
  expect(await refusal(() => new Vip("v", { host: host(), ...routed }))).toBe("");
});

test.each([
  ["bare", "2001:db8:10::10", "2001:db8:10::10"],
  ["in brackets", "[2001:db8:10::10]", "2001:db8:10::10"],
  ["with its zone", "fe80::1%eth0", "fe80::1%eth0"],
  ["in brackets with its zone", "[fe80::1%eth0]", "fe80::1%eth0"],
  ["a name", "lb.example.org", "lb.example.org"],
])("import 28: SSH's host %s is dialled as what dials has it", async (_, given, dialled) => {
  const resources = await registered(() => {
    new Vip("vip", { host: host({ ssh: { ...ssh, host: given } }), address: vip6 });
  });
  const { connection } = command(resources, "vip-2001-db8-10--100").inputs;
  // It is secret as a whole.
  expect((connection as { value: { host: string } }).value.host).toBe(dialled);
});
