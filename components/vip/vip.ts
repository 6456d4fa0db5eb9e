import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { inName, isIpv6, longestPrefix, ownAddress } from "../args/networks";
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
import { Announced, Announcement, announcementSchema } from "../bgp/announcement";
import { announcementProblems } from "../bgp/problems";
import { announce, withoutPasswords } from "../bgp/speaker";
import { inTurn } from "../director/inTurn";
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
   * Instead of moving the address from one of `directors` to another: each of them has it, and announces it to routers
   * while a service of it has a live member. Routers spread flows over all that announce it. The address is on lo, and
   * no machine answers ARP for it.
   */
  announce?: Announcement;
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
  announce: announcementSchema.optional(),
  adopt: boolean.default(false),
});

/** A virtual address: of a host, of one director at a time (VRRP), or of several directors at once (BGP). */
export class Vip extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machines that have the address, or may have it. */
  readonly hosts: [Host, ...Host[]];
  /** The virtual address, without prefix. */
  readonly address: string;
  /** True when several directors share it; one of them has it at a time. */
  readonly isShared: boolean;
  /** True when its directors announce it by BGP, and all that do so get connections. */
  readonly isAnnounced: boolean;
  /**
   * What its directors tell routers of it, if they announce it.
   * @internal
   */
  readonly announced?: Announced;
  /** Resources that need the address wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, both or neither of `host` and `directors` are given, or the
   * address is outside the network of the interface, the first or last of it, the host's own or another Vip's.
   * The preview refuses an address that others put on the machine, unless `adopt` is true.
   */
  constructor(name: string, args: VipArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("Vip", name, schema, args);
    const { address } = checked;
    const bgp = checked.announce?.bgp;
    const hosts = hostsOf(name, checked);
    const prefix = checked.prefix ?? (bgp && longestPrefix(address));
    const given = { prefix, interface: checked.interface };
    const withPrefix = (host: Host, other = address) =>
      `${other}/${(other === address ? given.prefix : undefined) ?? prefixOn(host, other)}`;
    for (const host of hosts) {
      checkPlace(name, address, host, given);
      checkEnds(name, address, withPrefix(host));
      reserve({ type: "Vip", name, host }, { address: `address ${address}` });
    }
    const deviceOf = (host: Host) => given.interface ?? (bgp ? "lo" : host.interface);
    const [first] = hosts;
    // The list of additional addresses is given only if there are some.
    const { alongside } = checked;
    const seen = {
      address,
      interface: deviceOf(first),
      ...(alongside && { alongside }),
      ...(bgp && { announce: { bgp: withoutPasswords(bgp) } }),
    };
    super("ipvs-lab:index:Vip", name, seen, opts);
    this.hosts = hosts;
    this.address = address;
    const { directors = [] } = checked;
    this.isAnnounced = bgp !== undefined;
    this.announced = bgp;
    this.isShared = directors.length > 0 && !bgp;
    this.ready = this.made(name, { ...checked, interfaceOf: deviceOf, withPrefix });
    const all = hosts.map((host) => host.label);
    const shared = bgp
      ? `, announced by ${all.join(", ")} (BGP)`
      : directors.length > 0
        ? `, of ${all.join(" or ")} (VRRP)`
        : "";
    this.explanation = {
      name,
      what: `virtual address ${withPrefix(first)} on ${deviceOf(first)}${shared}: the one that clients use`,
      machine: first.label,
      look: `ip addr show ${deviceOf(first)}`,
    };
    this.registerOutputs({ address, ...(alongside && { alongside }), ...this.explanation });
  }

  private made(name: string, checked: Made): pulumi.Resource {
    const { address, directors = [], announce: announcement, adopt } = checked;
    const [first, ...others] = directors;
    const opts = { parent: this };
    if (first && announcement) {
      const { bgp } = announcement;
      const shared = { name, address, bgp, isShared: others.length > 0, adopt };
      return inTurn([first, ...others], (director, after) =>
        announce(director, shared, { ...opts, dependsOn: after }),
      );
    }
    if (first) {
      return shareAddress(name, { ...checked, directors: [first, ...others] }, opts);
    }
    const [host] = this.hosts;
    return host.run(
      // Another address is another resource, which is made before this one is removed.
      `${name}-${inName(address)}`,
      {
        kind: "address",
        desired: spec({ address: checked.withPrefix(host), interface: checked.interfaceOf(host) }),
        identity: [checked.withPrefix(host), checked.interfaceOf(host)],
        adopt,
      },
      opts,
    );
  }
}

/** A Vip's arguments, and the machine's own part: its interface, and the address with the prefix that it gets there. */
interface Made extends z.infer<typeof schema> {
  interfaceOf: (host: Host) => string;
  withPrefix: (host: Host, address?: string) => string;
}

function hostsOf(name: string, args: z.infer<typeof schema>): [Host, ...Host[]] {
  const { host, directors } = args;
  const problems = args.announce ? placeProblems(args) : sharingProblems(args);
  const [first, ...others] = directors?.map((director) => director.host) ?? [host];
  if (!first || (host && directors)) {
    problems.unshift("host, directors: exactly one of the two must be given");
  }
  if (!first || problems.length > 0) {
    throw invalid("Vip", name, problems);
  }
  return [first, ...others.flatMap((other) => other ?? [])];
}

/** The reasons why an address cannot be announced with these arguments. */
function placeProblems(args: z.infer<typeof schema>): string[] {
  const { announce: announcement, directors, address, prefix, interface: device } = args;
  const longest = longestPrefix(address);
  const byVrrp = (["virtualRouterId", "advertInterval", "preempt", "alongside"] as const).filter(
    (property) => args[property] !== undefined,
  );
  return [
    ...(directors?.length
      ? []
      : ["directors: missing; an address is announced by one director or several"]),
    ...byVrrp.map(
      (property) =>
        `${property}: this moves an address by VRRP, and announce has all directors announce it by BGP: leave out one of the two`,
    ),
    ...(prefix === undefined || prefix === longest
      ? []
      : [
          `prefix: ${prefix} is not ${longest}; a director announces its own address alone (a host route)`,
        ]),
    ...(device === undefined || device === "lo"
      ? []
      : [`interface: "${device}" is not lo, where an address is that is announced`]),
    ...(announcement ? announcementProblems(address, announcement.bgp, directors ?? []) : []),
  ];
}

/** The default length of the prefix. */
function prefixOn(host: Host, address: string): string {
  const own = ownAddress(host, isIpv6(address) ? "ipv6" : "ipv4");
  return own && (!isIpv6(address) || sameNetwork(address, own))
    ? prefixOf(own)
    : String(longestPrefix(address));
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
