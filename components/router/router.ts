import * as pulumi from "@pulumi/pulumi";
import { isIpv6, longestPrefix } from "../args/networks";
import {
  bareAddress,
  boolean,
  checkArgs,
  instance,
  instances,
  invalid,
  object,
} from "../args/validate";
import { type Announced, type AnnouncedTo, bfdOf } from "../bgp/announcement";
import { Explained, Explanation } from "../host/explained";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { reserve } from "../host/reservations";
import { IpvsService } from "../service/ipvsService";
import { Vip } from "../vip/vip";

export interface RouterArgs {
  /** The machine that routes. Each virtual address names it among its neighbours. */
  host: Host;
  /** The virtual addresses, announced by their directors, that it takes routes to. IPv4 only. */
  vips: Vip[];
  /** The services of these addresses: without one an address is not announced. */
  services: IpvsService[];
  /** Destroy also purges the packages that had to be installed. @default false */
  purgePackages?: boolean;
}

const schema = object({
  host: instance(Host),
  vips: instances(Vip),
  services: instances(IpvsService),
  purgePackages: boolean.default(false),
});

/**
 * A machine that learns by BGP which directors have a virtual address, and spreads connections over all of them with
 * equal cost: those of one address and port always to the same director. It runs a BIRD of its own. In production a
 * router does this; the component makes one for a lab.
 */
export class Router extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that routes. */
  readonly host: Host;
  /** Its autonomous system number. */
  readonly asn: number;
  /** The address of each director that it spreads connections over, by the name of its host. */
  readonly directors: Record<string, string>;
  /** Requests that pass the router wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, an address is not announced to this machine, has a director
   * there, or is announced otherwise than the first one: each session has one AS number and one BFD.
   */
  constructor(name: string, args: RouterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, vips, services, purgePackages } = checkArgs("Router", name, schema, args);
    const { bgp, session, directors } = peersOf(name, host, vips);
    reserve({ type: "Router", name, host }, { host: `the BGP router of ${host.label}` });
    const neighbors = Object.values(directors);
    const addresses = vips.map(({ address }) => `${address}/${longestPrefix(address)}`);
    super(
      "ipvs-lab:index:Router",
      name,
      { asn: session.asn, directors: neighbors, directorsAsn: bgp.asn, addresses, purgePackages },
      opts,
    );
    this.host = host;
    this.asn = session.asn;
    this.directors = directors;
    const instanceName = host.nameInFiles(name, "bgprouter", this);
    const bfd = bfdOf(session);
    const made = host.run(
      `${name}-bgprouter`,
      {
        kind: "bgprouter",
        desired: spec({
          instance: instanceName.name,
          own: bareAddress(host.address),
          asn: session.asn,
          directors: neighbors.join(" "),
          remote: bgp.asn,
          bfd: bfd && `${bfd.interval} ${bfd.multiplier}`,
          addresses: addresses.join(" "),
          purge: String(purgePackages),
        }),
        identity: [instanceName.name],
        instance: instanceName,
      },
      { parent: this },
    );
    this.ready = host.run(
      `${name}-routes`,
      {
        kind: "routes",
        desired: spec({
          directors: neighbors.join(" "),
          addresses: addresses.join(" "),
          service: services.flatMap(({ lines }) => lines).join("; "),
        }),
        readOnly: true,
      },
      { parent: this, dependsOn: [made, ...vips, ...services].map(readyOf) },
    );
    this.explanation = {
      name,
      what: `router: spreads connections to ${addresses.join(", ")} over ${neighbors.join(", ")}, as they announce it (BGP)`,
      machine: host.label,
      look: `ip route show ${addresses[0] ?? ""}`,
    };
    this.registerOutputs({ ...this.explanation });
  }
}

/** What those wait for that need a thing. */
function readyOf(thing: pulumi.Resource | Vip | IpvsService): pulumi.Resource {
  return "ready" in thing ? thing.ready : thing;
}

/** The directors' addresses, what they announce, and their session with this router. */
interface Peers {
  directors: Record<string, string>;
  bgp: Announced;
  session: AnnouncedTo;
}

function peersOf(name: string, host: Host, vips: Vip[]): Peers {
  const found = vips.map((vip, i) => peerOf(`vips[${i}]`, host, vip));
  const problems = found.flatMap((one) => (typeof one === "string" ? one : []));
  const peers = found.filter((one) => typeof one !== "string");
  const [first] = peers;
  if (vips.length === 0) {
    problems.push("vips: none; a router needs one virtual address at least");
  }
  const differing = first
    ? peers.findIndex((peer) => sessionText(peer) !== sessionText(first))
    : -1;
  if (first && differing >= 0) {
    problems.push(
      `vips[${differing}]: announced ${sessionText(peers[differing] ?? first)}, and vips[0] ${sessionText(first)}; a session has one of each`,
    );
  }
  if (!first || problems.length > 0) {
    throw invalid("Router", name, problems);
  }
  return {
    ...first,
    directors: Object.assign({}, ...peers.map(({ directors }) => directors)) as Record<
      string,
      string
    >,
  };
}

/** What an address needs of this router, or why it can have no route here. */
function peerOf(at: string, host: Host, vip: Vip): Peers | string {
  const bgp = vip.announced;
  const own = bareAddress(host.address);
  if (bgp === undefined) {
    return `${at}: ${vip.address} is announced by no director; give it announce`;
  }
  if (isIpv6(vip.address)) {
    return `${at}: ${vip.address} is an address of IPv6; a Router takes those of IPv4`;
  }
  if (vip.hosts.includes(host)) {
    return `${at}: ${host.label} is a director of ${vip.address} itself; route on another machine`;
  }
  const session = bgp.neighbors.find(({ address }) => address === own);
  if (session === undefined) {
    const all = bgp.neighbors.map(({ address }) => address).join(", ");
    return `${at}: ${vip.address} is announced to ${all}; give it the neighbour ${own}, which is ${host.label}`;
  }
  if (session.asn === bgp.asn) {
    return `${at}: AS ${bgp.asn} is the directors' and the router's; give the neighbour ${own} another one`;
  }
  if (session.password !== undefined) {
    return `${at}: the neighbour ${own} has a password, and a Router has none; leave it out`;
  }
  const directors = vip.hosts.map(({ label, address }) => [label, bareAddress(address)]);
  return { bgp, session, directors: Object.fromEntries(directors) as Record<string, string> };
}

function sessionText({ bgp, session }: Peers): string {
  const bfd = bfdOf(session);
  return (
    `by AS ${bgp.asn} to AS ${session.asn}, ` +
    (bfd ? `with BFD ${bfd.multiplier} × ${bfd.interval} ms` : "without BFD")
  );
}
