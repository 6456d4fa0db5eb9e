import * as pulumi from "@pulumi/pulumi";
import { isIpv6 } from "../args/networks";
import {
  bareAddress,
  checkArgs,
  boolean,
  instance,
  interfaceName,
  invalid,
  ip,
  ipv4,
  ipv6,
  isIpv4WithPrefix,
  namespaceName,
  networkOf,
  object,
  sameNetwork,
} from "../args/validate";
import { Explained, Explanation } from "../host/explained";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { reserve } from "../host/reservations";
import { slug } from "../host/slug";
import {
  inputsOf,
  runWebServer,
  WebServerArgs,
  WebServerListen,
  webServerSchema,
} from "./webServer";

export interface NetnsBackendArgs extends WebServerArgs {
  /** The machine that holds the namespace. */
  host: Host;
  /** The namespace's name, such as ns-backend2. */
  namespace: string;
  /** The address inside the namespace, in the network of the host's interface. */
  address: string;
  /** An IPv6 address inside the namespace, in the network of the host's `address6`. */
  address6?: string;
  /** The host's end of the veth pair. @default the namespace's name, cut to 15 characters */
  veth?: string;
  /** The gateway for answers that leave the namespace: the director's own address. @default the host's own */
  gateway?: string;
  /** Takes over a namespace that exists already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

const schema = object({
  host: instance(Host),
  namespace: namespaceName,
  address: ipv4,
  address6: ipv6.optional(),
  veth: interfaceName.optional(),
  gateway: ipv4.optional(),
  adopt: boolean.default(false),
  ...webServerSchema,
});

/** A real server in a network namespace of a host, with a web server really inside it. */
export class NetnsBackend extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that holds the namespace. */
  readonly host: Host;
  /** The namespace's name. */
  readonly namespace: string;
  /** The host's end of the veth pair. */
  readonly veth: string;
  /** The address on which the web server listens, inside the namespace. */
  readonly address: string;
  /** Its IPv6 address there, if it has one: the server listens on it with `listen: "any"`. */
  readonly address6?: string;
  /** The port there. */
  readonly port: number;
  /** True when it takes requests to other addresses as well, such as a virtual one. */
  readonly listen: WebServerListen;
  /** True when the web server is meant to run. */
  readonly running: boolean;
  /** True when it logs its clients' addresses. */
  readonly accessLog: boolean;
  /** The page that it answers with. */
  readonly page: pulumi.Input<string>;
  /** The namespace, with its interfaces. */
  readonly netns: pulumi.Resource;
  /** Resources that need the web server wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, the address or the gateway is outside the network of the
   * host's interface, or another resource of the program has the namespace, the veth or the address. The preview
   * refuses a namespace that others made on the machine, unless `adopt` is true.
   */
  constructor(name: string, args: NetnsBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("NetnsBackend", name, schema, args);
    const { host, namespace, address, address6, veth, gateway, adopt, ...web } = checked;
    const pair = veth ?? namespace.slice(0, 15);
    checkPlace(name, host, { address, gateway });
    checkAddress6(name, host, address6);
    checkVeth(name, host, pair);
    reserve(
      { type: "NetnsBackend", name, host },
      {
        namespace: `network namespace ${namespace}`,
        veth: `interface ${pair}`,
        address: `address ${address}`,
        ...(address6 && { address6: `address ${address6}` }),
        name: `web server ${slug(name)}`,
      },
    );
    // An address that is not given is left out, so objects made before it could be given do not change.
    const six = address6 && { address6 };
    const seen = { namespace, address, ...six, ...inputsOf(web) };
    super("ipvs-lab:index:NetnsBackend", name, seen, opts);
    this.host = host;
    this.namespace = namespace;
    this.veth = pair;
    this.address = address;
    this.address6 = address6;
    this.port = web.port;
    this.listen = web.listen;
    this.running = web.running;
    this.accessLog = web.accessLog;
    this.page = web.page;

    const own = bareAddress(host.address);
    this.netns = host.run(
      `${name}-netns`,
      {
        kind: "netns",
        desired: spec({
          namespace,
          veth: pair,
          address,
          prefix: host.address.split("/")[1],
          gateway: gateway ?? own,
          source: own,
          interface: host.interface,
          address6,
        }),
        identity: [namespace, pair, address, ...(address6 ? [address6] : [])],
        adopt,
      },
      { parent: this },
    );
    this.ready = runWebServer(
      host,
      name,
      { ...web, address, namespace },
      { parent: this, dependsOn: [this.netns] },
    );
    this.explanation = {
      name,
      what: `real server ${address}:${this.port} in network namespace ${namespace}: ${web.webServer} with a page of its own`,
      machine: host.label,
      look: `sudo ip netns exec ${namespace} ss -ltnp`,
    };
    this.registerOutputs({ address, port: this.port, ...this.explanation });
  }
}

/**
 * Checks that address and gateway are in the host's network, and that the address is neither the host's nor the
 * gateway.
 */
function checkPlace(name: string, host: Host, args: { address: string; gateway?: string }): void {
  if (isIpv6(host.address)) {
    throw invalid("NetnsBackend", name, [
      `host: ${host.label} has no IPv4 address; give it one, because the namespace is in the same network`,
    ]);
  }
  const network = networkOf(host.address);
  const { address, gateway = bareAddress(host.address) } = args;
  if (address === bareAddress(host.address)) {
    throw invalid("NetnsBackend", name, [
      `address: ${address} is the own address of ${host.interface} on the host; the namespace needs another one of ${network}`,
    ]);
  }
  if (gateway === address) {
    throw invalid("NetnsBackend", name, [
      `gateway: ${gateway} is the namespace's own address; it must be another one of ${network}`,
    ]);
  }
  for (const [property, value] of Object.entries({ address, gateway })) {
    if (!sameNetwork(value, host.address)) {
      throw invalid("NetnsBackend", name, [
        `${property}: ${value} is outside ${network}, the network of ${host.interface}`,
      ]);
    }
    if (!isIpv4WithPrefix(`${value}/${network.split("/")[1] ?? ""}`)) {
      throw invalid("NetnsBackend", name, [
        `${property}: ${value} is the first or the last of ${network}, which no machine can have`,
      ]);
    }
  }
}

/** Checks that the IPv6 address is another one of the host's own network. */
function checkAddress6(name: string, { address6: own, label }: Host, address6?: string): void {
  if (address6 === undefined) {
    return;
  }
  if (own === undefined) {
    throw invalid("NetnsBackend", name, [
      `address6: ${label} has no address6, in whose network it would be`,
    ]);
  }
  if (address6 === ip.parse(bareAddress(own)) || !sameNetwork(address6, own)) {
    throw invalid("NetnsBackend", name, [
      `address6: ${address6} is not another address of ${networkOf(own)}, the network of the host's address6`,
    ]);
  }
}

/**
 * Refuses names that every host has already: by default the veth has the namespace's name, which may be one of these.
 */
function checkVeth(name: string, host: Host, veth: string): void {
  const others = ["lo", "all", "default", host.interface];
  if (others.includes(veth)) {
    throw invalid("NetnsBackend", name, [
      `veth: ${veth} is taken on every host; choose another name than ${others.join(", ")}`,
    ]);
  }
}
