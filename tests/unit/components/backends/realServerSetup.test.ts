import { BackendVm, Director, Host, IpvsService, NetnsBackend } from "../../../../components";
import { RealServer, RealServerArgs, SourceNat, Vip } from "../../../../components";
import { command, registered } from "../../../support/pulumi/mocks";
import { host } from "../../../support/workshop";

const page = "x";

/** A director with a namespace beside it and one on machine2, which is a backend itself. */
function lab(machine1: Host, member: Omit<RealServerArgs, "backend" | "address">, port = 80) {
  const director = new Director("director", { host: machine1 });
  const vip = new Vip("vip", { host: machine1, address: "10.10.10.100" });
  const machine2 = host("machine2", "10.10.10.2/24");
  const listen = "any";
  const near = { host: machine1, namespace: "ns-near", veth: "veth1", address: "10.10.10.3" };
  const far = { host: machine2, namespace: "ns-far", veth: "veth2", address: "10.10.10.4" };
  const backends = {
    itself: new BackendVm("itself", { host: machine1, listen, page, port }),
    vm: new BackendVm("vm", { host: machine2, listen, page, port }),
    near: new NetnsBackend("near", { ...near, listen, page, port }),
    far: new NetnsBackend("far", { ...far, listen, page, port }),
  };
  const members = Object.fromEntries(
    Object.entries(backends)
      .filter(([name]) => member.forwarding !== "gate" || name !== "far")
      .map(([name, backend]) => [name, new RealServer(name, { backend, ...member })]),
  );
  const realServers = Object.values(members);
  const web = new IpvsService("web", { director, vip, port, realServers });
  return { director, vip, web, members };
}

test("members that are masqueraded need nothing on their own side", async () => {
  const resources = await registered(() => lab(host(), {}));
  expect(resources.filter((r) => String(r.inputs.create).includes(" realserver "))).toEqual([]);
});

test("a member by direct routing gets the virtual address on its machine or in its namespace", async () => {
  const resources = await registered(() => lab(host(), { forwarding: "gate" }));
  const made = (name: string) => command(resources, `web-${name}-10.10.10.100`);
  expect(made("vm").inputs.stdin).toBe("vip 10.10.10.100\ninterface enp0s8\nserver vm\n");
  expect(made("near").inputs.stdin).toBe(
    "vip 10.10.10.100\ninterface veth0\nnamespace ns-near\nuplink veth1\nserver near\n",
  );
  expect(made("near").parent).toBe("near");
  expect(made("vm").deletedWith).toBe("machine2");
  expect(made("vm").inputs.delete).toContain(" realserver remove ipvs-lab/dev/web-vm-10.10.10.100");
  expect(resources.map((r) => r.name)).not.toContain("web-itself-10.10.10.100");
});

test("a member of IPv6 is its backend's IPv6 address, and gets the virtual one in silence as well", async () => {
  const address6 = (end: string) => `2001:DB8:0::${end}/64`;
  const on = (name: string, end: string) =>
    new Host(name, {
      ...{ machine: { name }, interface: "enp0s8" },
      ...{ address: `10.10.10.${end}/24`, address6: address6(end) },
    });
  let lines: string[] = [];
  const resources = await registered(() => {
    const director = new Director("director", { host: on("machine1", "1") });
    const vip = new Vip("vip", { host: director.host, address: "2001:db8::100" });
    const backend = new BackendVm("vm", { host: on("machine2", "2"), listen: "any", page });
    const realServers = [
      new RealServer("vm", { backend, family: "ipv6", forwarding: "gate" }),
      new RealServer("old", { backend, forwarding: "ipip" }),
    ];
    ({ lines } = new IpvsService("web", { director, vip, port: 80, realServers }));
  });
  expect(lines.slice(1)).toEqual([
    "-a -t [2001:db8::100]:80 -r [2001:db8::2]:80 -g -w 1",
    "-a -t [2001:db8::100]:80 -r 10.10.10.2:80 -i -w 1 --tun-type ipip",
  ]);
  const made = resources.find((r) => r.parent === "vm" && r.name.startsWith("web-vm-"));
  expect(made?.inputs).toMatchObject({
    stdin: "vip 2001:db8::100\ninterface enp0s8\nserver vm\n",
    triggers: ["machine2", "2001:db8::100", "2001:db8::2"],
  });
});

test("a director with clients of its own takes answers that have the virtual address", async () => {
  const stdin = async (localClients?: boolean) => {
    const resources = await registered(
      () => new Director("director", { host: host(), localClients }),
    );
    return String(command(resources, "director").inputs.stdin).split("\n");
  };
  expect(await stdin(true)).toContain("clients enp0s8");
  expect((await stdin()).filter((line) => line.startsWith("clients"))).toEqual([]);
});

test("what a member needs is there before it is one, and beside its web server", async () => {
  const resources = await registered(() => lab(host(), { forwarding: "gate" }));
  expect(command(resources, "web-tcp-10.10.10.100-80").dependencies).toEqual(
    expect.arrayContaining(["web-vm-10.10.10.100", "web-near-10.10.10.100"]),
  );
  const { dependencies } = command(resources, "web-near-10.10.10.100");
  expect(dependencies).toContain("near-netns");
  expect(dependencies).not.toContain("near-web");
});

test("another namespace, interface or address of a backend is another object", async () => {
  const resources = await registered(() => lab(host(), { forwarding: "gate" }));
  expect(command(resources, "web-near-10.10.10.100").inputs.triggers).toEqual([
    "machine1",
    "10.10.10.100",
    "10.10.10.3",
    "ns-near",
    "veth1",
  ]);
});

test.each<[string, RealServerArgs["tunnel"], string]>([
  ["IP in IP", undefined, "tunnel ipip\n"],
  ["GUE", { type: "gue", port: 5555, checksum: "remcsum" }, "tunnel gue\nport 5555\n"],
  ["GRE", { type: "gre" }, "tunnel gre\n"],
  ["GRE with checksums", { type: "gre", checksum: "csum" }, "tunnel gre\nchecksum csum\n"],
])("a member by %s gets that tunnel's end", async (_, tunnel, lines) => {
  const resources = await registered(() => lab(host(), { forwarding: "ipip", tunnel }));
  expect(command(resources, "web-far-10.10.10.100").inputs.stdin).toBe(
    `vip 10.10.10.100\ninterface veth0\nnamespace ns-far\nuplink veth2\naddress 10.10.10.4\n${lines}server far\n`,
  );
});

test("a member of two services gets what each needs, each with a name of its own", async () => {
  const resources = await registered(() => {
    const { director, vip, members } = lab(host(), { forwarding: "gate" });
    new IpvsService("dns", {
      director,
      vip,
      port: 80,
      protocol: "udp",
      realServers: Object.values(members),
    });
  });
  expect(command(resources, "dns-vm-10.10.10.100").inputs.stdin).toBe(
    command(resources, "web-vm-10.10.10.100").inputs.stdin,
  );
});

test("a web server that takes what comes to any address says so, and the others' text stays", async () => {
  const resources = await registered(() => lab(host(), { forwarding: "gate" }));
  expect(command(resources, "vm-web").inputs.stdin).toContain("\nport 80\nlisten any\npurge");
  const others = await registered(() => new BackendVm("b", { host: host(), page }));
  expect(command(others, "b-web").inputs.stdin).not.toContain("listen");
});

test("a director's settings, timeouts and daemons are lines of its own", async () => {
  const resources = await registered(
    () =>
      new Director("director", {
        host: host(),
        sysctls: { conntrack: 1, sync_ports: 4 },
        timeouts: { tcp: 300, tcpFin: 60 },
        syncDaemons: [
          { role: "backup", interface: "enp0s8", id: 3, group: "ff02::81", maxLength: 1400 },
          { role: "master", interface: "enp0s9" },
        ],
      }),
  );
  expect(command(resources, "director").inputs.stdin).toBe(
    [
      "packages ipvsadm iproute2 curl nftables iputils-arping",
      "purge false",
      "sysctls conntrack=1 sync_ports=4",
      "timeouts tcp=300 tcpfin=60",
      "backup mcast=enp0s8, syncid=3, group=ff02::81, port=8848, ttl=1, maxlen=1400",
      "master mcast=enp0s9, syncid=0, group=224.0.0.81, port=8848, ttl=1",
      "",
    ].join("\n"),
  );
});

test("directors that want the same settings share a machine", async () => {
  const sysctls = { sloppy_tcp: 1 };
  const resources = await registered(() => {
    const machine1 = host();
    new Director("a", { host: machine1, sysctls });
    new Director("b", { host: machine1, sysctls, timeouts: { udp: 60 } });
  });
  expect(command(resources, "b").inputs.stdin).toContain("timeouts udp=60\n");
});

test("source NAT is for the clients of a network where one is given", async () => {
  const resources = await registered(() => {
    const { director, vip } = lab(host(), {});
    new SourceNat("nat", { director, vip, network: "10.10.0.0/16" });
  });
  expect(command(resources, "nat-10.10.10.100").inputs.stdin).toBe(
    "vip 10.10.10.100\nnetwork 10.10.0.0/16\n",
  );
});
