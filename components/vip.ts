import * as pulumi from "@pulumi/pulumi";
import { Explained, Explanation } from "./explained";
import { Host } from "./host";
import { spec } from "./kernel";
import {
  bareAddress,
  checkArgs,
  flag,
  instance,
  interfaceName,
  invalid,
  ipv4,
  isIpv4WithPrefix,
  networkOf,
  object,
  sameNetwork,
  take,
  whole,
} from "./validate";

export interface VipArgs {
  /** The machine that gets the address. */
  host: Host;
  /**
   * The virtual address, such as 10.10.10.100. It lies in the network of the host's interface, unless
   * a prefix or an interface is given.
   */
  address: string;
  /** Length of its prefix, 1 to 32; 32 for an address that is routed here. @default the host's */
  prefix?: number;
  /** The interface that gets it. @default the host's interface of the balanced network */
  interface?: string;
  /** Takes over an address that is there already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

const schema = object({
  host: instance(Host),
  address: ipv4,
  prefix: whole(1, 32).optional(),
  interface: interfaceName.optional(),
  adopt: flag.default(false),
});

/** A virtual address on the interface of a host, announced to its neighbours. */
export class Vip extends pulumi.ComponentResource implements Explained {
  readonly explanation: Explanation;
  readonly host: Host;
  readonly address: string;
  /** What needs the address waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: VipArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, address, adopt, ...place } = checkArgs("Vip", name, schema, args);
    const withPrefix = `${address}/${place.prefix ?? host.address.split("/")[1] ?? 32}`;
    checkPlace(name, address, host, place.prefix !== undefined || place.interface !== undefined);
    if (!isIpv4WithPrefix(withPrefix)) {
      throw invalid("Vip", name, [
        `address: ${address} is the first or the last of ${networkOf(withPrefix)}, which no machine can have`,
      ]);
    }
    take("Vip", name, host, { address: `address ${address}` });
    const device = place.interface ?? host.interface;
    super("ipvs-lab:index:Vip", name, { address, interface: device }, opts);
    this.host = host;
    this.address = address;
    this.ready = host.run(
      // Another address is another resource, which is there before this one goes.
      `${name}-${address}`,
      {
        kind: "address",
        desired: spec({ address: withPrefix, interface: device }),
        identity: [withPrefix, device],
        adopt,
      },
      { parent: this },
    );
    this.explanation = {
      name,
      what: `virtual address ${withPrefix} on ${device}: the one that clients use`,
      machine: host.label,
      look: `ip addr show ${device}`,
    };
    this.registerOutputs({ address, ...this.explanation });
  }
}

function checkPlace(name: string, address: string, host: Host, elsewhere: boolean): void {
  const own = bareAddress(host.address);
  if (address === own) {
    throw invalid("Vip", name, [
      `address: ${address} is the own address of ${host.interface}; a virtual address is another one of ${networkOf(host.address)}`,
    ]);
  }
  if (!elsewhere && !sameNetwork(address, host.address)) {
    throw invalid("Vip", name, [
      `address: ${address} is outside ${networkOf(host.address)}, the network of ${host.interface}`,
    ]);
  }
}
