import { expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as zod from "zod";
import * as components from "../../../components";
import * as validate from "../../../components/args/validate";
import { tableService } from "../../../components/table/tableServices";
import { allowedNeighbors } from "../../../policy/announcements";
import { allowedForwarding } from "../../../policy/forwarding";
import { allowedNetworks } from "../../../policy/networks";
import { oneOwnerOfAVip } from "../../../policy/ownership";
import { allowedPorts } from "../../../policy/ports";
import { ask, askStack, service, vip, type Sent } from "../../support/askPolicy";
import { registered } from "../../support/pulumi/mocks";
import { workshop } from "../../support/workshop";

const { z } = zod;
const { Director, Host, IpvsService, IpvsTable, RealServer, StaticRedirect, Vip } = components;

/** What a property may hold, told by what its schema takes; nothing of it takes plain words. */
const kinds: unknown[][] = [
  ["203.0.113.9"],
  ["203.0.113.9/24"],
  ["2001:db8::9"],
  ["2001:db8::9/64"],
  ["224.0.0.82"],
  ["203.0.112.0/22"],
  [1, 443, 65535],
  ["443", "8000-8999", "443/udp"],
  ["gate", "ipip"],
];
const others = ["nothing!", "nothing", 70000];

/** The paths of a schema's properties that may hold such a thing: "sorryServer.port", "realServers[].address". */
function propertiesOf(schema: zod.ZodType, path = ""): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return propertiesOf(schema.unwrap() as zod.ZodType, path);
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, zod.ZodType>).flatMap(([key, value]) =>
      propertiesOf(value, path === "" ? key : `${path}.${key}`),
    );
  }
  if (schema instanceof z.ZodArray) {
    return propertiesOf(schema.element as zod.ZodType, `${path}[]`);
  }
  const takes = (value: unknown) => schema.safeParse(value).success;
  const holds = kinds.some((all) => all.every(takes)) && !others.some(takes);
  return holds ? [path] : [];
}

/** Properties that a schema does not show, as they are checked later. */
const inside: Partial<Record<string, zod.ZodObject>> = {
  IpvsTable: z.object({ services: z.array(tableService) }),
};

/** All components that there are, each with the schema that its arguments are checked by. */
function schemas(): Map<string, zod.ZodType> {
  const found = new Map<string, zod.ZodType>();
  const checkArgs: typeof validate.checkArgs = (type, _, schema) => {
    found.set(type, schema);
    throw new Error("seen");
  };
  jest.isolateModules(() => {
    jest.doMock("@pulumi/pulumi", () => pulumi);
    jest.doMock("zod", () => zod);
    jest.doMock("../../../components/args/validate", () => ({ ...validate, checkArgs }));
    const all = jest.requireActual<typeof components>("../../../components");
    for (const component of Object.values(all)) {
      if (
        typeof component === "function" &&
        component.prototype instanceof pulumi.ComponentResource
      ) {
        const Component = component as new (name: string, args: object) => unknown;
        expect(() => new Component("x", {})).toThrow("seen");
      }
    }
  });
  return found;
}

const shown = [...schemas()].flatMap(([type, schema]) =>
  [schema, inside[type] ?? []]
    .flat()
    .flatMap((one) => propertiesOf(one).map((path) => `${type}.${path}`)),
);

const other = "203.0.113.9";
/** On a host with a network that is allowed, and another in which that address is. */
const ssh = {
  host: "lb",
  user: "root",
  privateKey: "-----BEGIN PRIVATE KEY-----\n",
  hostKey: "ssh-ed25519 AAAA",
};
const host = (name = "h", address = "192.0.2.10/24") =>
  new Host(name, { ssh, interface: "eth0", address });
const keepalived = (name = "h", address?: string) =>
  new Director(`d-${name}`, { host: host(name, address), engine: "keepalived" });
const director = () => new Director("d", { host: host() });
const aVip = (on: components.Director) => new Vip("v", { host: on.host, address: "192.0.2.100" });
const member = () => new RealServer("r", { address: "192.0.2.21" });
function aService(args: object, on = director()) {
  return new IpvsService("s", {
    director: on,
    vip: aVip(on),
    port: 80,
    realServers: [member()],
    ...args,
  });
}
function aTable(args: object, real: object = {}, on = director()) {
  const services = [
    {
      address: "192.0.2.100",
      port: 80,
      realServers: [{ address: "192.0.2.21", ...real }],
      ...args,
    },
  ];
  return new IpvsTable("t", { director: on, services });
}
function aRedirect(args: object) {
  const on = director();
  return new StaticRedirect("x", {
    director: on,
    vip: aVip(on),
    port: 80,
    address: "192.0.2.21",
    ...args,
  });
}

/** Each with a program that has what is not allowed there, and the policy that sees it. */
const seen: Record<string, [policy: string, program: () => unknown]> = {
  "Vip.address": [
    "allowed-networks",
    () => new Vip("v", { host: host("h", "203.0.113.1/24"), address: other }),
  ],
  "Vip.alongside[]": [
    "allowed-networks",
    () =>
      new Vip("v", {
        directors: [keepalived("a"), keepalived("b", "192.0.2.11/24")],
        address: "192.0.2.100",
        alongside: [other],
      }),
  ],
  "Vip.announce.bgp.neighbors[].address": [
    "allowed-bgp-neighbors",
    () => {
      const bgp = { asn: 65001, neighbors: [{ address: other, asn: 65000, multihop: 2 }] };
      return new Vip("v", {
        ...{ directors: [director()], address: "192.0.2.100", announce: { bgp } },
      });
    },
  ],
  "RealServer.address": ["allowed-networks", () => new RealServer("r", { address: other })],
  "RealServer.forwarding": [
    "allowed-forwarding",
    () => new RealServer("r", { address: "192.0.2.21", forwarding: "ipip" }),
  ],
  "StaticRedirect.address": ["allowed-networks", () => aRedirect({ address: other })],
  "StaticRedirect.port": ["allowed-ports", () => aRedirect({ port: 81 })],
  "IpvsService.port": ["allowed-ports", () => aService({ port: 81 })],
  "IpvsService.ports[]": [
    "allowed-ports",
    () => aService({ port: undefined, firewallMark: 1, ports: [81] }),
  ],
  "IpvsService.firewallMark": [
    "allowed-ports",
    () => aService({ port: undefined, vip: undefined, firewallMark: 1 }),
  ],
  "IpvsService.sorryServer.address": [
    "allowed-networks",
    () => aService({ sorryServer: { address: other, port: 80 } }, keepalived()),
  ],
  "IpvsService.sorryServer.forwarding": [
    "allowed-forwarding",
    () =>
      aService(
        { sorryServer: { address: "192.0.2.9", port: 80, forwarding: "ipip" } },
        keepalived(),
      ),
  ],
  "IpvsTable.services[].sorryServer.address": [
    "allowed-networks",
    () => aTable({ sorryServer: { address: other, port: 80 } }, {}, keepalived()),
  ],
  "IpvsTable.services[].sorryServer.forwarding": [
    "allowed-forwarding",
    () =>
      aTable(
        { sorryServer: { address: "192.0.2.9", port: 80, forwarding: "ipip" } },
        {},
        keepalived(),
      ),
  ],
  "IpvsTable.services[].address": ["allowed-networks", () => aTable({ address: other })],
  "IpvsTable.services[].port": ["allowed-ports", () => aTable({ port: 81 })],
  "IpvsTable.services[].firewallMark": [
    "allowed-ports",
    () => aTable({ address: undefined, port: undefined, firewallMark: 1 }),
  ],
  "IpvsTable.services[].realServers[].address": [
    "allowed-networks",
    () => aTable({}, { address: other }),
  ],
  "IpvsTable.services[].realServers[].forwarding": [
    "allowed-forwarding",
    () => aTable({}, { forwarding: "ipip" }),
  ],
};

const own = "the machine's own, by which nobody is balanced";
const balanced = "it is a member's, or a target's, where that says it";
const behind = "clients are offered the service's port, not this one";
const amongDirectors = "directors tell each other of connections there";
/** And those that no policy has to see, each with the reason. */
const exempt: Record<string, string> = {
  "Host.address": own,
  "Host.address6": own,
  "Host.ssh.port": "commands go there, not connections; pinned-host-keys sees them",
  "Host.ssh.bastion.port": "commands go there, not connections; pinned-host-keys sees them",
  "BackendVm.machine.address": own,
  "BackendVm.machine.address6": own,
  "BackendVm.machine.ssh.port": "commands go there, not connections; pinned-host-keys sees them",
  "BackendVm.machine.ssh.bastion.port":
    "commands go there, not connections; pinned-host-keys sees them",
  "BackendVm.port": behind,
  "NetnsBackend.address": balanced,
  "NetnsBackend.address6": balanced,
  "NetnsBackend.gateway": own,
  "NetnsBackend.port": behind,
  "RealServer.port": behind,
  "RealServer.check.port": "only the director asks there",
  "RealServer.tunnel.port": "packets are packed for it between director and member",
  "RealServer.weight": "no port, but a share: weight-range sees it",
  "IpvsService.sorryServer.port": behind,
  "IpvsTable.services[].check.port": "only the director asks there",
  "IpvsTable.services[].realServers[].check.port": "only the director asks there",
  "IpvsTable.services[].sorryServer.port": behind,
  "IpvsTable.services[].realServers[].port": behind,
  "IpvsTable.services[].realServers[].tunnel.port":
    "packets are packed for it between director and member",
  "IpvsTable.services[].realServers[].weight": "no port, but a share: weight-range sees it",
  "StaticRedirect.targetPort": behind,
  "Vip.announce.bgp.routerId": "a number that is written as an address",
  "Vip.announce.bgp.port": "BIRD listens there for routers, and takes no connections of clients",
  "SourceNat.network": "whose answers come back through the director: clients' own",
  "Director.syncDaemons[].group": amongDirectors,
  "Director.syncDaemons[].port": amongDirectors,
};

test("review 14: every property that holds an address, a port, a network or a method has its policy, or a reason", () => {
  // A mark is no port, and lets in what comes to any.
  const marks = ["IpvsService.firewallMark", "IpvsTable.services[].firewallMark"];
  const names = [...shown, ...marks].sort();
  expect([...Object.keys(seen), ...Object.keys(exempt)].sort()).toEqual(names);
});

const strict = {
  "allowed-networks": { vips: ["192.0.2.0/24"], realServers: ["192.0.2.0/24"] },
  "allowed-bgp-neighbors": { networks: ["192.0.2.0/24"] },
  "allowed-ports": { ports: ["80"] },
  "allowed-forwarding": { methods: ["masquerade", "gate"] },
};

/** What policies say of a program, each with its name. */
async function said(program: () => unknown): Promise<string[]> {
  const resources = await registered(program);
  return [allowedNetworks, allowedNeighbors, allowedPorts, allowedForwarding].flatMap((policy) =>
    resources.flatMap(({ type, name, inputs }) =>
      ask(policy, { type, name, props: inputs }, strict[policy.name as keyof typeof strict]).map(
        () => policy.name,
      ),
    ),
  );
}

test.each(Object.entries(seen))("review 14: a policy sees %s", async (_, [policy, program]) => {
  expect([...new Set(await said(program))]).toEqual([policy]);
});

test("review 14: what is allowed passes, the workshop for one", async () => {
  const passes = () => [aRedirect({}), aTable({ port: 80 }, { forwarding: "gate" })];
  expect(await said(() => passes().slice(0, 1))).toEqual([]);
  expect(await said(() => aTable({}, { forwarding: "gate" }))).toEqual([]);
  const resources = await registered(workshop);
  expect(
    resources.flatMap(({ type, name, inputs }) => ask(allowedPorts, { type, name, props: inputs })),
  ).toEqual([]);
});

test("review 14: neighbours in a table are told by the first and the last, and both have to be allowed", async () => {
  const servers = [20, 21, 22, 40].map((n) => ({ address: `192.0.2.${n}` }));
  const resources = await registered(() => aTable({ realServers: servers }));
  const table = resources.find(({ type }) => type === "ipvs-lab:index:IpvsTable");
  expect(table?.inputs).toMatchObject({
    addresses: ["192.0.2.100"],
    realServerAddresses: ["192.0.2.20-192.0.2.22", "192.0.2.40"],
  });
  const sent: Sent = { type: table?.type ?? "", name: "t", props: table?.inputs ?? {} };
  const vips = ["192.0.2.0/24"];
  expect(
    ask(allowedNetworks, sent, { vips, realServers: ["192.0.2.20/31", "192.0.2.40"] }),
  ).toEqual([
    'IpvsTable "t": realServerAddresses[0] "192.0.2.20-192.0.2.22" is not allowed; allowed is an address in 192.0.2.20/31, 192.0.2.40.',
  ]);
});

test("review 14: a mark without ports is in the list where that holds every port", () => {
  expect(ask(allowedPorts, service({ firewallMark: 1 }))).toEqual([]);
});

test("review 14: an address alongside a Vip has one owner, as the Vip's own has", () => {
  const stack: Sent[] = [
    vip({ address: "192.0.2.1", alongside: [other] }, "a"),
    vip({ address: other }, "b"),
  ];
  expect(askStack(oneOwnerOfAVip, stack)).toEqual([
    expect.objectContaining({
      message: expect.stringContaining(`address "${other}" is declared by Vip "a" already`),
    }),
  ]);
});
