import { Director, Host, IpvsServiceArgs, Proof, StaticRedirect, Vip } from "../../../components";
import { programPath } from "../../../components/host/kernel";
import { command, Registered, registered } from "../../support/pulumi/mocks";
import { workshop } from "../../support/workshop";

let resources: Registered[];

beforeAll(async () => {
  resources = await registered(() => {
    const { service, machine1, backend1, nat } = workshop();
    new Proof("proof", { service, clients: [machine1, backend1.host], after: [nat.ready] });
  });
});

test("every component is registered under its own type, with what a policy may want to see", () => {
  const components = resources.filter((r) => r.type.startsWith("ipvs-lab:"));
  expect(components.map((r) => `${r.type} ${r.name}`).sort()).toEqual([
    "ipvs-lab:index:BackendVm BACKEND-1",
    "ipvs-lab:index:Director director",
    "ipvs-lab:index:Host machine1",
    "ipvs-lab:index:Host machine2",
    "ipvs-lab:index:IpvsService web",
    "ipvs-lab:index:NetnsBackend BACKEND-2",
    "ipvs-lab:index:Proof proof",
    "ipvs-lab:index:RealServer BACKEND-1",
    "ipvs-lab:index:RealServer BACKEND-2",
    "ipvs-lab:index:SourceNat nat",
    "ipvs-lab:index:StaticRedirect redirect",
    "ipvs-lab:index:Vip redirect-vip",
    "ipvs-lab:index:Vip vip",
  ]);
  expect(components.find((r) => r.name === "web")?.inputs).toEqual({
    onePacket: false,
    port: 80,
    protocol: "tcp",
    scheduler: "rr",
    vip: "10.10.10.100",
    members: [
      {
        name: "BACKEND-1",
        address: "10.10.10.2",
        port: 80,
        weight: 1,
        forwarding: "masquerade",
        answer: "Réponse du serveur BACKEND-1",
      },
      {
        name: "BACKEND-2",
        address: "10.10.10.3",
        port: 80,
        weight: 1,
        forwarding: "masquerade",
        answer: "Réponse du serveur BACKEND-2",
      },
    ],
  });
});

test("the service is one command whose standard input is the state in ipvsadm's own words", () => {
  const { inputs, parent } = command(resources, "web-tcp-10.10.10.100-80");
  expect(parent).toBe("web");
  expect(inputs.stdin).toBe(
    [
      "-A -t 10.10.10.100:80 -s rr",
      "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
      "-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1",
      "",
    ].join("\n"),
  );
  const owner = "ipvs-lab/dev/web-tcp-10.10.10.100-80";
  expect(inputs.create).toBe(`${programPath} --generation new service apply ${owner} 30`);
  expect(inputs.update).toBeUndefined();
  expect(inputs.delete).toBe(`${programPath} service remove ${owner} 30`);
  expect(inputs.triggers).toEqual(["machine1", "-t 10.10.10.100:80"]);
});

test("objects are made in an order in which each finds what it needs", () => {
  const waitsFor = (name: string) => command(resources, name).dependencies;
  expect(waitsFor("director")).toEqual(["machine1", "machine1-tools"]);
  expect(waitsFor("BACKEND-2-web")).toEqual(["BACKEND-2-netns", "machine1", "machine1-tools"]);
  expect(waitsFor("web-tcp-10.10.10.100-80")).toEqual(
    expect.arrayContaining(["director", "vip-10.10.10.100", "BACKEND-1-web", "BACKEND-2-web"]),
  );
  expect(waitsFor("proof-machine2")).toEqual(
    expect.arrayContaining(["web-tcp-10.10.10.100-80", "nat-10.10.10.100"]),
  );
  expect(waitsFor("proof-table")).toEqual(
    expect.arrayContaining(["proof-machine1", "proof-machine2"]),
  );
});

test("a static redirection is one command, which waits for its backend, and a policy sees where it leads", () => {
  const name = "redirect-tcp-10.10.10.101-80";
  const { inputs, parent, dependencies } = command(resources, name);
  expect(parent).toBe("redirect");
  expect(inputs.stdin).toBe(
    "vip 10.10.10.101\nport 80\nprotocol tcp\naddress 10.10.10.2\ntarget_port 80\nnetwork 10.10.10.0/24\n",
  );
  expect(inputs.create).toBe(`${programPath} --generation new redirect apply ipvs-lab/dev/${name}`);
  expect(inputs.delete).toBe(`${programPath} redirect remove ipvs-lab/dev/${name}`);
  expect(inputs.triggers).toEqual(["machine1", "tcp", "10.10.10.101", "80"]);
  expect(dependencies).toEqual(
    expect.arrayContaining(["director", "redirect-vip-10.10.10.101", "BACKEND-1-web"]),
  );
  expect(resources.find((r) => r.type.endsWith(":StaticRedirect"))?.inputs).toEqual({
    vip: "10.10.10.101",
    port: 80,
    protocol: "tcp",
    address: "10.10.10.2",
    targetPort: 80,
  });
});

test("a static redirection of an IPv6 address has names without colons, and the network that the host has of IPv6", async () => {
  const all = await registered(() => {
    const six = new Host("m", {
      machine: { name: "m" },
      interface: "eth0",
      address: "10.10.10.1/24",
      address6: "fd10::1/64",
    });
    new StaticRedirect("r", {
      director: new Director("d", { host: six }),
      vip: new Vip("v", { host: six, address: "fd10::101" }),
      port: 80,
      protocol: "udp",
      address: "fd10::2",
      targetPort: 8080,
    });
  });
  const { inputs } = command(all, "r-udp-fd10--101-80");
  expect(inputs.stdin).toBe(
    "vip fd10::101\nport 80\nprotocol udp\naddress fd10::2\ntarget_port 8080\nnetwork fd10::/64\n",
  );
});

test("everything on a machine goes with that machine", () => {
  const machineOf: Record<string, string> = {
    "BACKEND-1-web": "machine2",
    "proof-machine2": "machine2",
    "machine2-tools": "machine2",
  };
  for (const r of resources.filter((c) => c.type === "command:remote:Command")) {
    expect(`${r.name} ${r.deletedWith}`).toBe(`${r.name} ${machineOf[r.name] ?? "machine1"}`);
  }
});

test("every command pins the host key, and its connection holds nothing but the provider's own fields", () => {
  for (const r of resources.filter((c) => c.type === "command:remote:Command")) {
    const { value: connection } = r.inputs.connection as { value: Record<string, unknown> };
    expect(Object.keys(connection).sort()).toEqual([
      "dialErrorLimit",
      "host",
      "hostKey",
      "perDialTimeout",
      "port",
      "privateKey",
      "user",
    ]);
    expect(connection.hostKey).toBe("ssh-ed25519 AAAA");
    expect(r.inputs.addPreviousOutputInEnv).toBe(false);
  }
});

test("a bastion is the connection's proxy, with its own pinned key, and a person may know of it", async () => {
  const key = (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n`;
  const at = (host: string, text: string) => ({
    ...{ host, user: "admin", privateKey: key(text), hostKey: `ssh-ed25519 AAAA${text}` },
  });
  let access: unknown;
  const found = await registered(() => {
    const ssh = { ...at("10.0.0.1", "INNER"), port: 2022, bastion: at("192.0.2.1", "OUTER") };
    const reached = new Host("lb1", { ssh, interface: "eth0", address: "10.0.0.1/24" });
    reached.access.apply((value) => (access = value));
  });
  const { value } = command(found, "lb1-tools").inputs.connection as { value: unknown };
  expect(value).toMatchObject({
    ...{ host: "10.0.0.1", port: 2022, hostKey: "ssh-ed25519 AAAAINNER" },
    proxy: { host: "192.0.2.1", port: 22, user: "admin", hostKey: "ssh-ed25519 AAAAOUTER" },
  });
  expect(JSON.stringify(value)).toContain("OUTER\\n");
  expect(access).toEqual({
    ...{ host: "10.0.0.1", port: 2022, user: "admin", hostKey: "ssh-ed25519 AAAAINNER" },
    bastion: { host: "192.0.2.1", port: 22, user: "admin", hostKey: "ssh-ed25519 AAAAOUTER" },
  });
  // Nothing but the connection, which is secret, has the keys.
  const rest = found.map((r) => ({ ...r, inputs: { ...r.inputs, connection: undefined } }));
  expect(JSON.stringify(rest)).not.toMatch(/INNER|OUTER/);
});

test("no component's inputs hold a key", () => {
  const components = resources.filter((r) => r.type.startsWith("ipvs-lab:"));
  expect(JSON.stringify(components)).not.toContain("PRIVATE");
});

test("the address, namespace, web server and source NAT are described line by line", () => {
  const stdin = (name: string) => command(resources, name).inputs.stdin;
  expect(stdin("vip-10.10.10.100")).toBe("address 10.10.10.100/24\ninterface enp0s8\n");
  expect(stdin("BACKEND-2-netns")).toBe(
    "namespace ns-backend2\nveth veth1\naddress 10.10.10.3\nprefix 24\ngateway 10.10.10.1\nsource 10.10.10.1\ninterface enp0s8\n",
  );
  expect(stdin("BACKEND-2-web")).toBe(
    "server apache\ninstance backend-2\naddress 10.10.10.3\nport 80\nnamespace ns-backend2\npurge false\n\nRéponse du serveur BACKEND-2\n",
  );
  expect(stdin("nat-10.10.10.100")).toBe("vip 10.10.10.100\nnetwork 10.10.10.0/24\n");
});

test("what only reads has nothing to remove", () => {
  for (const name of ["proof-machine1", "proof-machine2", "proof-table"]) {
    expect(command(resources, name).inputs.delete).toBeUndefined();
  }
});

test("a proof asks for every member, unless persistence keeps each client with one", async () => {
  const asked = async (changes: Partial<IpvsServiceArgs>) => {
    const found = await registered(() => {
      const { service, machine1 } = workshop(changes);
      new Proof("proof", { service, clients: [machine1] });
    });
    return String(command(found, "proof-machine1").inputs.stdin).split("\n\n")[1];
  };
  expect(await asked({})).toContain("BACKEND-1\tRéponse du serveur BACKEND-1\n");
  expect(await asked({ persistence: {} })).toBe("");
});
