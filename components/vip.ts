import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Host } from "./host";
import { spec } from "./kernel";
import {
  bareAddress,
  checkArgs,
  instance,
  invalid,
  ipv4,
  networkOf,
  sameNetwork,
} from "./validate";

export interface VipArgs {
  /** The machine that gets the address. */
  host: Host;
  /** The virtual address, such as 10.10.10.100; it lies in the network of the host's interface. */
  address: string;
}

const schema = z.object({ host: instance(Host), address: ipv4 });

/** A virtual address on the interface of a host, announced to its neighbours. */
export class Vip extends pulumi.ComponentResource {
  readonly host: Host;
  readonly address: string;
  /** What needs the address waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: VipArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, address } = checkArgs("Vip", name, schema, args);
    checkPlace(name, address, host);
    super("ipvs-lab:index:Vip", name, { address, interface: host.interface }, opts);
    this.host = host;
    this.address = address;
    const prefix = host.address.split("/")[1] ?? "32";
    const withPrefix = `${address}/${prefix}`;
    this.ready = host.run(
      // Another address is another resource, which is there before this one goes.
      `${name}-${address}`,
      {
        kind: "address",
        desired: spec({ address: withPrefix, interface: host.interface }),
        identity: [withPrefix, host.interface],
      },
      { parent: this },
    );
    this.registerOutputs({ address });
  }
}

function checkPlace(name: string, address: string, host: Host): void {
  const own = bareAddress(host.address);
  if (address === own) {
    throw invalid("Vip", name, [
      `address: ${address} is the own address of ${host.interface}; a virtual address is another one of ${networkOf(host.address)}`,
    ]);
  }
  if (!sameNetwork(address, host.address)) {
    throw invalid("Vip", name, [
      `address: ${address} is outside ${networkOf(host.address)}, the network of ${host.interface}`,
    ]);
  }
}
