import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { inName, isIpv6, longestPrefix, ownAddress } from "../args/networks";
import { bareAddress } from "../args/validate";
import type { Director } from "../director/director";
import type { NameInFiles } from "../host/host";
import { spec } from "../host/kernel";
import { requireSame } from "../host/reservations";
import { Announced, AnnouncedTo, bfdOf, communityNumbers } from "./announcement";

/** The port of BGP (RFC 4271). */
const bgpPort = 179;

/** A director's BIRD, and its sessions by the neighbours' addresses. */
interface Speaker {
  instance: NameInFiles;
  ready: pulumi.Resource;
  sessions: Map<string, pulumi.Resource>;
}

/** The first address of a director makes its BIRD, and the first for a neighbour makes the session. */
const speakers = new WeakMap<Director, Speaker>();

/** An address that a director announces. */
export interface AnnouncedAddress {
  /** The Vip's name. */
  name: string;
  /** Without prefix. */
  address: string;
  bgp: Announced;
  /** True if other directors announce it too. */
  isShared: boolean;
  adopt: boolean;
}

/**
 * Has a director announce an address: a Command for its BIRD, one for each session, and one for the address.
 * @returns The resource that those which need the address wait for.
 */
export function announce(
  director: Director,
  { name, address, bgp, isShared, adopt }: AnnouncedAddress,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { host } = director;
  const speaker = speakerOf(name, director, bgp);
  const neighbors = bgp.neighbors.filter((one) => isIpv6(one.address) === isIpv6(address));
  const sessions = neighbors.map((neighbor) => sessionWith(name, director, speaker, bgp, neighbor));
  const { med, localPreference: preference, communities = [] } = bgp;
  return host.run(
    `${name}-${host.label}-${inName(address)}`,
    {
      kind: "bgpaddress",
      desired: spec({
        instance: speaker.instance.name,
        address: `${address}/${longestPrefix(address)}`,
        interface: host.interface,
        neighbors: neighbors.map((one) => one.address).join(" "),
        communities: communities.map(communityNumbers).join(" "),
        med,
        preference,
        // A flow that comes over from another director begins here in the middle of its connection.
        sloppy: isShared && director.sysctls.sloppy_tcp === undefined ? "yes" : undefined,
      }),
      // What was moved by VRRP before is removed first: its Command has the same name.
      identity: ["bgp", address, speaker.instance.name],
      instance: speaker.instance,
      adopt,
    },
    pulumi.mergeOptions(opts, { dependsOn: [director.ready, ...sessions] }),
  );
}

function speakerOf(
  name: string,
  director: Director,
  { routerId, port = bgpPort }: Announced,
): Speaker {
  const { host, label, purgePackages, maintenance } = director;
  const router = routerId ?? routerIdOf(host);
  requireSame({ type: "Vip", name, host }, [
    { property: "announce.bgp.routerId", what: "the BGP router's number", value: router },
    { property: "announce.bgp.port", what: "the port that BIRD listens on", value: String(port) },
  ]);
  const known = speakers.get(director);
  if (known) {
    return known;
  }
  const instance = host.nameInFiles(label, "bgp", director);
  const ready = host.run(
    `${label}-bgp`,
    {
      kind: "bgp",
      desired: spec({
        instance: instance.name,
        router,
        maintenance: maintenance ? "yes" : undefined,
        purge: String(purgePackages),
      }),
      identity: [instance.name],
      instance,
    },
    { parent: director, dependsOn: [director.ready] },
  );
  const speaker = { instance, ready, sessions: new Map<string, pulumi.Resource>() };
  speakers.set(director, speaker);
  return speaker;
}

function sessionWith(
  name: string,
  director: Director,
  { instance, ready, sessions }: Speaker,
  { asn, port = bgpPort }: Announced,
  neighbor: AnnouncedTo,
): pulumi.Resource {
  const { host, label } = director;
  const { address, password, multihop } = neighbor;
  const bfd = bfdOf(neighbor);
  const desired = spec({
    instance: instance.name,
    neighbor: address,
    remote: neighbor.asn,
    asn,
    own: bareAddress(ownAddress(host, isIpv6(address) ? "ipv6" : "ipv4") ?? ""),
    port: port === bgpPort ? undefined : port,
    hops: multihop,
    bfd: bfd && `${bfd.interval} ${bfd.multiplier}`,
  });
  requireSame({ type: "Vip", name, host }, [
    {
      property: "announce.bgp.neighbors",
      what: `the BGP session with ${address}`,
      value: sessionText(asn, neighbor),
    },
  ]);
  const known = sessions.get(address);
  if (known) {
    return known;
  }
  const session = host.run(
    `${label}-bgp-${inName(address)}`,
    {
      kind: "bgpsession",
      desired,
      ...(password !== undefined && { body: pulumi.secret(password) }),
      identity: [instance.name, address],
      instance,
    },
    { parent: director, dependsOn: [ready] },
  );
  sessions.set(address, session);
  return session;
}

/** What two addresses that name the same neighbour must agree on, in words. */
function sessionText(asn: number, neighbor: AnnouncedTo): string {
  const bfd = bfdOf(neighbor);
  return [
    `from AS ${asn} to AS ${neighbor.asn}`,
    bfd ? `with BFD ${bfd.multiplier} × ${bfd.interval} ms` : "without BFD",
    `${neighbor.password === undefined ? "without" : "with"} a password`,
    ...(neighbor.multihop === undefined ? [] : [`over ${neighbor.multihop} hops`]),
  ].join(", ");
}

/** Unique among speakers, and the same each time; not 0. */
function routerIdOf(host: { address: string }): string {
  if (!isIpv6(host.address)) {
    return bareAddress(host.address);
  }
  const [a = 0, b = 0, c = 0, d = 0] = createHash("sha256").update(host.address).digest();
  return [1 + (a % 223), b, c, d].join(".");
}

/** The announcement as the Vip's inputs and policies have it: whether a password is secret, and never the password. */
export function withoutPasswords(bgp: Announced): object {
  return {
    ...bgp,
    neighbors: bgp.neighbors.map(({ password, ...others }) => ({
      ...others,
      ...(password !== undefined && {
        password: pulumi
          .output(pulumi.isSecret(pulumi.output(password)))
          .apply((isSecret) => (isSecret ? pulumi.secret("set") : "in plain text")),
      }),
    })),
  };
}
