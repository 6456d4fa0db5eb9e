import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Host } from "./host";
import { spec } from "./kernel";
import {
  bareAddress,
  checkArgs,
  instance,
  interfaceName,
  invalid,
  ipv4,
  namespaceName,
  networkOf,
  sameNetwork,
} from "./validate";
import { runWebServer, WebServerArgs, webServerSchema } from "./webServer";

export interface NetnsBackendArgs extends WebServerArgs {
  /** The machine that holds the namespace. */
  host: Host;
  /** The namespace's name, such as ns-backend2. */
  namespace: string;
  /** The address inside the namespace, one of the network of the host's interface. */
  address: string;
  /** The host's end of the veth pair. @default the namespace's name, cut to 15 characters */
  veth?: string;
  /** Where answers leave the namespace: the director's own address. @default the host's own */
  gateway?: string;
}

const schema = z.object({
  host: instance(Host),
  namespace: namespaceName,
  address: ipv4,
  veth: interfaceName.optional(),
  gateway: ipv4.optional(),
  ...webServerSchema,
});

/** A real server in a network namespace of a host, with a web server really inside it. */
export class NetnsBackend extends pulumi.ComponentResource {
  readonly host: Host;
  readonly namespace: string;
  /** Where the web server listens, inside the namespace. */
  readonly address: string;
  readonly port: number;
  /** The page that it answers with. */
  readonly page: string;
  readonly ready: pulumi.Resource;

  constructor(name: string, args: NetnsBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("NetnsBackend", name, schema, args);
    const { host, namespace, address, veth, gateway, ...web } = checked;
    checkPlace(name, address, host);
    super("ipvs-lab:index:NetnsBackend", name, { namespace, address, ...web }, opts);
    this.host = host;
    this.namespace = namespace;
    this.address = address;
    this.port = web.port;
    this.page = web.page;

    const own = bareAddress(host.address);
    const pair = veth ?? namespace.slice(0, 15);
    const netns = host.run(
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
        }),
        identity: [namespace, pair, address],
      },
      { parent: this },
    );
    this.ready = runWebServer(
      host,
      name,
      { ...web, address, namespace },
      { parent: this, dependsOn: [netns] },
    );
    this.registerOutputs({ address, port: this.port });
  }
}

function checkPlace(name: string, address: string, host: Host): void {
  if (address === bareAddress(host.address)) {
    throw invalid("NetnsBackend", name, [
      `address: ${address} is the own address of ${host.interface} on the host; the namespace needs another one of ${networkOf(host.address)}`,
    ]);
  }
  if (!sameNetwork(address, host.address)) {
    throw invalid("NetnsBackend", name, [
      `address: ${address} is outside ${networkOf(host.address)}, the network of ${host.interface}`,
    ]);
  }
}
