import * as pulumi from "@pulumi/pulumi";
import { Explained, Explanation } from "./explained";
import { Host } from "./host";
import { spec } from "./kernel";
import { inName, isIpv6 } from "./networks";
import { take } from "./taken";
import {
  bareAddress,
  checkArgs,
  flag,
  instance,
  interfaceName,
  invalid,
  ip,
  isIpv4WithPrefix,
  networkOf,
  object,
  prefixOf,
  sameNetwork,
  whole,
} from "./validate";

export interface VipArgs {
  /** The machine that gets the address. */
  host: Host;
  /**
   * The virtual address, such as 10.10.10.100 or 2001:db8::100. One of IPv4 lies in the network of the
   * host's interface, unless a prefix or an interface is given.
   */
  address: string;
  /**
   * Length of its prefix, 1 to 32, or to 128 with IPv6; the longest for an address that is routed here.
   * @default that of the host's address whose network it lies in, or the longest
   */
  prefix?: number;
  /** The interface that gets it. @default the host's interface of the balanced network */
  interface?: string;
  /** Takes over an address that is there already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

const schema = object({
  host: instance(Host),
  address: ip,
  prefix: whole(1, 128).optional(),
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
    const withPrefix = `${address}/${place.prefix ?? prefixOn(host, address)}`;
    checkPlace(name, address, host, place);
    checkEnds(name, address, withPrefix);
    take("Vip", name, host, { address: `address ${address}` });
    const device = place.interface ?? host.interface;
    super("ipvs-lab:index:Vip", name, { address, interface: device }, opts);
    this.host = host;
    this.address = address;
    this.ready = host.run(
      // Another address is another resource, which is there before this one goes.
      `${name}-${inName(address)}`,
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

/** The length of the prefix where none is given. */
function prefixOn(host: Host, address: string): string {
  const own = isIpv6(address) ? host.address6 : host.address;
  const longest = isIpv6(address) ? "128" : "32";
  return own && (!isIpv6(address) || sameNetwork(address, own)) ? prefixOf(own) : longest;
}

function checkPlace(
  name: string,
  address: string,
  host: Host,
  given: { prefix?: number; interface?: string },
): void {
  const own = isIpv6(address) ? host.address6 : host.address;
  if (own && address === bareAddress(own)) {
    throw invalid("Vip", name, [
      `address: ${address} is the own address of ${host.interface}; a virtual address is another one of ${networkOf(own)}`,
    ]);
  }
  if (isIpv6(address)) {
    return;
  }
  if (given.prefix !== undefined && given.prefix > 32) {
    throw invalid("Vip", name, [
      `prefix: ${given.prefix} is not a whole number from 1 to 32, as ${address} needs`,
    ]);
  }
  const elsewhere = given.prefix !== undefined || given.interface !== undefined;
  if (!elsewhere && !sameNetwork(address, host.address)) {
    throw invalid("Vip", name, [
      `address: ${address} is outside ${networkOf(host.address)}, the network of ${host.interface}`,
    ]);
  }
}

/** Of a network of IPv4, the first address is the network's own and the last everybody's. */
function checkEnds(name: string, address: string, withPrefix: string): void {
  if (!isIpv6(address) && !isIpv4WithPrefix(withPrefix)) {
    throw invalid("Vip", name, [
      `address: ${address} is the first or the last of ${networkOf(withPrefix)}, which no machine can have`,
    ]);
  }
}
