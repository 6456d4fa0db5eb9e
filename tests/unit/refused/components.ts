import * as components from "../../../components";
import { forwardings } from "../../../components/realServer";
import { host } from "../lab";
import { Component, nested, oneOfEach, optional, Properties, required } from "./cases";
import * as kinds from "./kinds";
import { ssh } from "./lab";

const { Host, Director, BackendVm, NetnsBackend, Vip, RealServer } = components;
const { IpvsService, SourceNat, Proof, schedulers, webServerKinds } = components;

/** As `@pulumi/vagrant` has them. */
export const machineProperties: Properties = {
  name: required(kinds.vagrantName),
  directory: optional(kinds.orOutput(kinds.text)),
  environment: optional(kinds.mapOf(kinds.orOutput(kinds.variable))),
  triggers: optional(kinds.mapOf(kinds.anything)),
  replaceTriggers: optional(kinds.mapOf(kinds.anything)),
};

export const sshProperties: Properties = {
  host: required(kinds.hostName),
  port: optional(kinds.orOutput(kinds.port)),
  user: required(kinds.userName),
  privateKey: required(kinds.privateKey),
  hostKey: required(kinds.hostKey),
};

const hostProperties: Properties = {
  machine: optional(nested(machineProperties, { name: "machine1" }), "ssh"),
  ssh: optional(nested(sshProperties, ssh)),
  interface: required(kinds.interfaceName),
  address: required(kinds.addressWithPrefix),
};
const hostArgs = { ssh, interface: "eth0", address: "10.10.10.1/24" };

const webServerProperties: Properties = {
  page: required(kinds.orOutput(kinds.text)),
  port: optional(kinds.port),
  webServer: optional(kinds.oneOf(...webServerKinds)),
  purgePackages: optional(kinds.flag),
};

const adopt = optional(kinds.flag);

/** A director with a virtual address, which a service needs and more. */
function balanced() {
  const director = new Director("director", { host: host() });
  return { director, vip: new Vip("vip", { host: director.host, address: "10.10.10.100" }) };
}

/** Every component: what its properties may be, in the order in which messages list them. */
export const table: Component[] = [
  { type: Host, properties: hostProperties, valid: () => hostArgs },
  {
    type: Director,
    properties: { host: required(kinds.instanceOf(Host)), purgePackages: optional(kinds.flag) },
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
      host: required(kinds.instanceOf(Host)),
      address: required(kinds.address("10.10.10.2", "10.10.10.254")),
      prefix: optional(kinds.whole(1, 32)),
      interface: optional(kinds.interfaceName),
      adopt,
    },
    valid: () => ({ host: host(), address: "10.10.10.100" }),
  },
  {
    type: RealServer,
    properties: {
      backend: optional(kinds.instanceOf(BackendVm, NetnsBackend)),
      address: optional(kinds.address("1.0.0.0", "223.255.255.255")),
      port: optional(kinds.port),
      weight: optional(kinds.whole(0, 65535)),
      forwarding: optional(kinds.oneOf(...forwardings)),
      upperThreshold: optional(kinds.whole(0, 2147483647)),
      lowerThreshold: optional(kinds.whole(0, 2147483647)),
    },
    valid: () => ({ address: "10.10.10.3", upperThreshold: 2147483647 }),
  },
  {
    type: IpvsService,
    properties: {
      director: required(kinds.instanceOf(Director)),
      vip: required(kinds.instanceOf(Vip)),
      port: required(kinds.port),
      protocol: optional(kinds.oneOf("tcp", "udp", "sctp")),
      scheduler: optional(kinds.oneOf(...schedulers)),
      realServers: required(kinds.instancesOf(RealServer)),
      drainTimeout: optional(kinds.whole(0, 3600)),
      adopt,
    },
    valid: () => ({ ...balanced(), port: 80, realServers: [] }),
  },
  {
    type: SourceNat,
    properties: {
      director: required(kinds.instanceOf(Director)),
      vip: required(kinds.instanceOf(Vip)),
      adopt,
    },
    valid: balanced,
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
