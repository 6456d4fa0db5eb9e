import * as components from "../../../components";
import { host } from "../workshop";
import { announcement } from "./announcementKinds";
import { Component, nested, oneOfEach, optional, Properties, required } from "./cases";
import { check, sorryServer } from "./checkKinds";
import { sysctlProperties, syncDaemonProperties, timeoutsProperties } from "./directorKinds";
import { bastion, ssh } from "./lab";
import {
  memberProperties,
  otherTableService,
  realServers,
  serviceOptions,
  tableService,
  tableServiceProperties,
} from "./serviceKinds";
import * as settings from "./settingKinds";
import * as kinds from "./valueKinds";

const { Host, Director, BackendVm, NetnsBackend, Vip, RealServer } = components;
const { IpvsService, IpvsTable, Router, SourceNat, StaticRedirect, Proof } = components;
const { engines, webServerKinds } = components;

/** As `@pulumi/vagrant` has them. */
export const machineProperties: Properties = {
  name: required(kinds.vagrantName),
  directory: optional(kinds.orOutput(kinds.text)),
  environment: optional(kinds.mapOf(kinds.orOutput(kinds.variable))),
  program: optional(kinds.orOutput(kinds.text)),
  triggers: optional(kinds.mapOf(kinds.anything)),
  replaceTriggers: optional(kinds.mapOf(kinds.anything)),
};

export const loginProperties: Properties = {
  host: required(kinds.hostName),
  port: optional(kinds.orOutput(kinds.port)),
  user: required(kinds.userName),
  privateKey: required(kinds.privateKey),
  hostKey: required(kinds.hostKey),
};

export const sshProperties: Properties = {
  ...loginProperties,
  bastion: optional(nested(loginProperties, bastion)),
};

const hostProperties: Properties = {
  machine: optional(nested(machineProperties, { name: "machine1" }), "ssh"),
  ssh: optional(nested(sshProperties, ssh)),
  interface: required(kinds.interfaceName),
  address: optional(kinds.addressWithPrefix),
  address6: optional(kinds.address6WithPrefix),
  previousMachine: optional(kinds.oneOf("clean", "gone")),
};
const hostArgs = { ssh, interface: "eth0", address: "10.10.10.1/24" };

const webServerProperties: Properties = {
  page: required(kinds.orOutput(kinds.text)),
  port: optional(kinds.port),
  listen: optional(kinds.oneOf("address", "any")),
  webServer: optional(kinds.oneOf(...webServerKinds)),
  running: optional(kinds.flag),
  accessLog: optional(kinds.flag),
  purgePackages: optional(kinds.flag),
};

const adopt = optional(kinds.flag);

/** Only directors share an address; these are tried among the contradictions. */
export const sharedAddressProperties: Properties = {
  directors: optional({ ...kinds.instancesOf(Director), good: [] }, "host"),
  virtualRouterId: optional({ ...kinds.whole(1, 255), good: [] }),
  advertInterval: optional({ ...settings.decimal(0.01, 40.95, 2), good: [] }),
  preempt: optional({ ...kinds.flag, good: [] }),
  alongside: optional({
    ...kinds.listOf(kinds.ipAddress(), "a list of addresses", "10.10.10.254"),
    good: [],
  }),
};

/** A director with a virtual address, which a service needs and more. */
function balanced() {
  const director = new Director("director", { host: host() });
  return { director, vip: new Vip("vip", { host: director.host, address: "10.10.10.100" }) };
}

/** A router beside a director that announces an address to it. */
function routed() {
  const director = new Director("announcing", { host: host("lb9", "10.10.20.9/24") });
  const bgp = { asn: 65001, neighbors: [{ address: "10.10.20.254", asn: 65000 }] };
  const vips = [
    new Vip("routed", { directors: [director], address: "10.90.0.9", announce: { bgp } }),
  ];
  return { host: host("router", "10.10.20.254/24"), vips, services: [] };
}

/** Every component: what its properties may be, in the order in which messages list them. */
export const table: Component[] = [
  { type: Host, properties: hostProperties, valid: () => hostArgs },
  {
    type: Director,
    properties: {
      host: required(kinds.instanceOf(Host)),
      engine: optional(kinds.oneOf(...engines)),
      localClients: optional(kinds.flag),
      maintenance: optional(kinds.flag),
      purgePackages: optional(kinds.flag),
      adopt: optional(kinds.flag),
      timeouts: optional(nested(timeoutsProperties, {})),
      syncDaemons: optional(
        kinds.listOf(
          nested(syncDaemonProperties, { role: "backup", interface: "enp0s8" }),
          "a list of daemons",
          { role: "master", interface: "enp0s8" },
        ),
      ),
      sysctls: optional(nested(sysctlProperties, {})),
    },
    valid: () => ({ host: host() }),
  },
  {
    type: BackendVm,
    properties: {
      machine: optional(oneOfEach(nested(hostProperties, hostArgs)), "host"),
      host: optional(kinds.instanceOf(Host)),
      ...webServerProperties,
    },
    valid: () => ({ host: host(), page: "x" }),
  },
  {
    type: NetnsBackend,
    properties: {
      host: required(kinds.instanceOf(Host)),
      namespace: required(kinds.namespaceName),
      address: required(kinds.address("10.10.10.2", "10.10.10.254")),
      // A right one needs a host that has one, too; see the contradictions.
      address6: optional({ ...kinds.address6, good: [] }),
      veth: optional(kinds.interfaceName),
      gateway: optional(kinds.address("10.10.10.2", "10.10.10.254")),
      adopt,
      ...webServerProperties,
    },
    valid: () => ({ host: host(), namespace: "ns1", address: "10.10.10.3", page: "x" }),
  },
  {
    type: Vip,
    properties: {
      host: optional(kinds.instanceOf(Host)),
      ...sharedAddressProperties,
      address: required(kinds.ipAddress("10.10.10.2", "10.10.10.254", "2001:DB8:0::1")),
      prefix: optional({ ...kinds.whole(1, 128), good: [1, 32] }),
      interface: optional(kinds.interfaceName),
      // What is right there needs directors; see the contradictions.
      announce: optional({ ...announcement, good: [] }),
      adopt,
    },
    valid: () => ({ host: host(), address: "10.10.10.100" }),
  },
  {
    type: RealServer,
    properties: {
      backend: optional(kinds.instanceOf(BackendVm, NetnsBackend)),
      family: optional({ ...kinds.oneOf("ipv4", "ipv6"), good: [] }),
      address: optional(kinds.ipAddress("1.0.0.0", "223.255.255.255", "2001:db8::1")),
      ...memberProperties,
      check: optional(check),
      inhibitOnFailure: optional(kinds.flag),
      keepWeight: optional(kinds.flag),
    },
    valid: () => ({ address: "10.10.10.3", forwarding: "ipip", upperThreshold: 2147483647 }),
  },
  {
    type: IpvsService,
    properties: {
      director: optional(kinds.instanceOf(Director)),
      directors: optional({ ...kinds.instancesOf(Director), good: [] }, "director"),
      vip: optional(kinds.instanceOf(Vip)),
      port: optional(kinds.whole(0, 65535)),
      protocol: optional(kinds.oneOf("tcp", "udp", "sctp")),
      firewallMark: optional({ ...kinds.whole(1, 2147483647), good: [] }),
      family: optional({ ...kinds.oneOf("ipv4", "ipv6"), good: [] }),
      ports: optional({ ...kinds.listOf(kinds.ports, "a list of ports", 443), good: [] }),
      ...serviceOptions,
      realServers: required(realServers),
      quorum: optional({ ...kinds.whole(1, 2147483647), good: [] }),
      hysteresis: optional({ ...kinds.whole(0, 2147483646), good: [] }),
      sorryServer: optional(sorryServer),
      alpha: optional({ ...kinds.flag, good: [false] }),
      omega: optional({ ...kinds.flag, good: [false] }),
      drainTimeout: optional(kinds.whole(0, 3600)),
      keepWeights: optional(kinds.flag),
      members: optional(kinds.oneOf("shared", "exclusive")),
      adopt,
    },
    valid: () => ({ ...balanced(), port: 80, persistence: {}, realServers: [] }),
  },
  {
    type: IpvsTable,
    properties: {
      director: optional(kinds.instanceOf(Director)),
      directors: optional({ ...kinds.instancesOf(Director), good: [] }, "director"),
      services: optional(
        kinds.listOf(
          nested(tableServiceProperties, tableService),
          "a list of services",
          otherTableService,
        ),
      ),
      file: optional({ ...kinds.text, good: [] }, "services"),
      drainTimeout: optional(kinds.whole(0, 3600)),
      keepWeights: optional(kinds.flag),
      members: optional(kinds.oneOf("shared", "exclusive")),
      after: optional(kinds.resources),
      adopt,
    },
    valid: () => ({ director: balanced().director, services: [] }),
  },
  {
    type: Router,
    properties: {
      host: required(kinds.instanceOf(Host)),
      vips: required({ ...kinds.instancesOf(Vip), good: [] }),
      services: required(kinds.instancesOf(IpvsService)),
      purgePackages: optional(kinds.flag),
    },
    valid: routed,
  },
  {
    type: SourceNat,
    properties: {
      director: required(kinds.instanceOf(Director)),
      vip: required(kinds.instanceOf(Vip)),
      network: optional(settings.network("0.0.0.0/0", "10.10.0.0/16", "192.0.2.1/32")),
      adopt,
    },
    valid: balanced,
  },
  {
    type: StaticRedirect,
    properties: {
      director: required(kinds.instanceOf(Director)),
      vip: required(kinds.instanceOf(Vip)),
      port: required(kinds.port),
      protocol: optional(kinds.oneOf("tcp", "udp")),
      backend: optional(kinds.instanceOf(BackendVm, NetnsBackend)),
      address: optional(kinds.ipAddress("1.0.0.0", "223.255.255.255")),
      targetPort: optional(kinds.port),
      adopt,
    },
    valid: () => ({ ...balanced(), port: 80, address: "10.10.10.3" }),
  },
  {
    type: Proof,
    properties: {
      service: required(kinds.instanceOf(IpvsService)),
      clients: required(kinds.instancesOf(Host)),
      requests: optional(kinds.whole(1, 100000)),
      after: optional(kinds.resources),
    },
    valid: () => ({
      service: new IpvsService("web", { ...balanced(), port: 80, realServers: [] }),
      clients: [],
    }),
  },
];
