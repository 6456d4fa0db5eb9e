import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { inName, isIpv6, ownAddress } from "../args/networks";
import {
  bareAddress,
  checkArgs,
  boolean,
  instance,
  interfaceName,
  invalid,
  ip,
  isIpv4WithPrefix,
  networkOf,
  object,
  prefixOf,
  sameNetwork,
  integer,
} from "../args/validate";
import { Explained, Explanation } from "../host/explained";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { reserve } from "../host/reservations";
import {
  shareAddress,
  SharedAddressArgs,
  sharedAddressSchema,
  sharingProblems,
} from "./sharedAddress";

export interface VipArgs extends SharedAddressArgs {
  /** The machine that gets the address. Exactly one of `host` and `directors`. */
  host?: Host;
  /**
   * The virtual address, such as 10.10.10.100 or 2001:db8::100. An IPv4 address must be in the network of the host's
   * interface, unless a prefix or an interface is given.
   */
  address: string;
  /**
   * The length of its prefix, 1 to 32, or to 128 with IPv6; use the longest for an address that is routed to this
   * machine.
   * @default that of the host's address whose network it lies in, or the longest
   */
  prefix?: number;
  /** The interface that gets it. @default the host's interface of the balanced network */
  interface?: string;
  /** Takes over an address that exists already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

const schema = object({
  host: instance(Host).optional(),
  ...sharedAddressSchema,
  address: ip,
  prefix: integer(1, 128).optional(),
  interface: interfaceName.optional(),
  adopt: boolean.default(false),
});

/** A virtual address on the interface of a host, or of one of several directors, announced to its neighbours. */
export class Vip extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machines that have the address, or may have it. */
  readonly hosts: Host[];
  /** The virtual address, without prefix. */
  readonly address: string;
  /** True when several directors share it; one of them has it at a time. */
  readonly isShared: boolean;
  /** Resources that need the address wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, both or neither of `host` and `directors` are given, or the
   * address is outside the network of the interface, the first or last of it, the host's own or another Vip's.
   * The preview refuses an address that others put on the machine, unless `adopt` is true.
   */
  constructor(name: string, args: VipArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("Vip", name, schema, args);
    const { address, adopt } = checked;
    const [lead, ...others] = checked.directors ?? [];
    const hosts = hostsOf(name, checked);
    const withPrefix = (host: Host, other = address) =>
      `${other}/${(other === address ? checked.prefix : undefined) ?? prefixOn(host, other)}`;
    for (const host of hosts) {
      checkPlace(name, address, host, checked);
      checkEnds(name, address, withPrefix(host));
      reserve({ type: "Vip", name, host }, { address: `address ${address}` });
    }
    const deviceOf = (host: Host) => checked.interface ?? host.interface;
    const [first] = hosts;
    // The list of additional addresses is given only if there are some.
    const { alongside } = checked;
    const seen = { address, interface: deviceOf(first), ...(alongside && { alongside }) };
    super("ipvs-lab:index:Vip", name, seen, opts);
    this.hosts = hosts;
    this.address = address;
    this.isShared = lead !== undefined;
    this.ready = lead
      ? shareAddress(
          name,
          {
            ...checked,
            directors: [lead, ...others],
            interfaceOf: deviceOf,
            withPrefix,
          },
          { parent: this },
        )
      : first.run(
          // Another address is another resource, which is made before this one is removed.
          `${name}-${inName(address)}`,
          {
            kind: "address",
            desired: spec({ address: withPrefix(first), interface: deviceOf(first) }),
            identity: [withPrefix(first), deviceOf(first)],
            adopt,
          },
          { parent: this },
        );
    const shared = lead ? `, of ${hosts.map((h) => h.label).join(" or ")} (VRRP)` : "";
    this.explanation = {
      name,
      what: `virtual address ${withPrefix(first)} on ${deviceOf(first)}${shared}: the one that clients use`,
      machine: first.label,
      look: `ip addr show ${deviceOf(first)}`,
    };
    this.registerOutputs({ address, ...(alongside && { alongside }), ...this.explanation });
  }
}

function hostsOf(name: string, args: z.infer<typeof schema>): [Host, ...Host[]] {
  const { host, directors } = args;
  const problems = sharingProblems(args);
  const [first, ...others] = directors?.map((director) => director.host) ?? [host];
  if (!first || (host && directors)) {
    problems.unshift("host, directors: exactly one of the two must be given");
  }
  if (!first || problems.length > 0) {
    throw invalid("Vip", name, problems);
  }
  return [first, ...others.flatMap((other) => other ?? [])];
}

/** The default length of the prefix. */
function prefixOn(host: Host, address: string): string {
  const own = ownAddress(host, isIpv6(address) ? "ipv6" : "ipv4");
  const longest = isIpv6(address) ? "128" : "32";
  return own && (!isIpv6(address) || sameNetwork(address, own)) ? prefixOf(own) : longest;
}

function checkPlace(
  name: string,
  address: string,
  host: Host,
  given: { prefix?: number; interface?: string },
): void {
  const own = ownAddress(host, isIpv6(address) ? "ipv6" : "ipv4");
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
  if (!elsewhere && (!own || !sameNetwork(address, own))) {
    throw invalid("Vip", name, [
      own
        ? `address: ${address} is outside ${networkOf(own)}, the network of ${host.interface}`
        : `address: ${address} lies in no network of ${host.label}, which has no address of IPv4; give a prefix or an interface`,
    ]);
  }
}

/** Refuses the first address of an IPv4 network (its own) and the last (broadcast). */
function checkEnds(name: string, address: string, withPrefix: string): void {
  if (!isIpv6(address) && !isIpv4WithPrefix(withPrefix)) {
    throw invalid("Vip", name, [
      `address: ${address} is the first or the last of ${networkOf(withPrefix)}, which no machine can have`,
    ]);
  }
}
