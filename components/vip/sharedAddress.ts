import * as pulumi from "@pulumi/pulumi";
import { inName, isIpv6 } from "../args/networks";
import {
  bareAddress,
  decimal,
  boolean,
  instances,
  ip,
  listOf,
  networkOf,
  integer,
} from "../args/validate";
import { Director } from "../director/director";
import { daemonRequirements, daemonsOf, SyncDaemon } from "../director/directorSettings";
import { inTurn } from "../director/inTurn";
import type { Host } from "../host/host";
import { spec } from "../host/kernel";
import { requireSame, reserve } from "../host/reservations";
import { syncIdOf, vrrpInstance } from "../keepalived/virtualRouter";

/** The election of the director that has an address (VRRP version 3, RFC 9568). */
export interface SharedAddressArgs {
  /**
   * Instead of `host`: one of these directors has the address at a time, and when it dies another gets it. Each has
   * engine "keepalived". They synchronise their connections, which so survive, unless a director has its own
   * `syncDaemons`.
   */
  directors?: Director[];
  /** The virtual router's id, unique on its network, 1 to 255. @default the last number of an IPv4 address */
  virtualRouterId?: number;
  /**
   * Seconds from one heartbeat to the next, 0.01 to 40.95. Another director takes over after three missed heartbeats
   * and a fraction of another. @default 0.5
   */
  advertInterval?: number;
  /** True if a director takes the address back from one later in the list. @default false */
  preempt?: boolean;
  /** Additional addresses that move with it to the same director, such as the real servers' gateway. */
  alongside?: string[];
}

/** @internal */
export const sharedAddressSchema = {
  directors: instances(Director).optional(),
  virtualRouterId: integer(1, 255).optional(),
  advertInterval: decimal(0.01, 40.95, 2).optional(),
  preempt: boolean.optional(),
  alongside: listOf(ip, "addresses").optional(),
};
type Checked = SharedAddressArgs & { address: string };

/** The reasons why these directors cannot share an address, one line a problem. */
export function sharingProblems({ directors, address, ...router }: Checked): string[] {
  const { virtualRouterId, alongside = [] } = router;
  if (!directors) {
    return Object.keys(sharedAddressSchema).flatMap((property) =>
      router[property as keyof typeof router] === undefined
        ? []
        : [`${property}: only with directors, which share the address`],
    );
  }
  const known = [...directors.map(({ host }) => bareAddress(host.address)), address];
  return [
    ...(directors.length < 2
      ? ["directors: an address is shared by two or more; for one, give its host"]
      : []),
    ...directors.flatMap((director, i) => directorProblems(director, i, directors)),
    ...((virtualRouterId ?? lastNumber(address))
      ? []
      : [`virtualRouterId: missing; ${address} does not end with a number from 1 to 255`]),
    ...alongside.flatMap((other, i) =>
      known.includes(other) || alongside.indexOf(other) < i
        ? [`alongside[${i}]: ${other} is there already`]
        : [],
    ),
  ];
}

function directorProblems(
  { engine, host, maintenance }: Director,
  i: number,
  all: Director[],
): string[] {
  const hosts = all.map((director) => director.host);
  const network = networkOf(hosts[0]?.address ?? host.address);
  if (isIpv6(host.address)) {
    return [
      `directors[${i}]: ${host.label} has no address of IPv4, over which directors hear each other`,
    ];
  }
  return [
    ...(maintenance
      ? [
          `directors[${i}]: maintenance: only for addresses that are announced (announce); VRRP moves this one when its keepalived stops`,
        ]
      : []),
    ...(engine === "keepalived"
      ? []
      : [`directors[${i}]: it must have engine: "keepalived", by which the address moves`]),
    ...(hosts.indexOf(host) < i
      ? [`directors[${i}]: ${host.label} is the machine of directors[${hosts.indexOf(host)}]`]
      : []),
    ...(networkOf(host.address) === network
      ? []
      : [
          `directors[${i}]: ${host.label} is not in ${network}; directors hear each other on one network`,
        ]),
  ];
}

export interface SharedAddress extends Omit<Checked, "directors"> {
  directors: [Director, ...Director[]];
  /** The machine's own part: its interface, and the address with the prefix that it gets there. */
  interfaceOf: (host: Host) => string;
  withPrefix: (host: Host, address: string) => string;
  adopt: boolean;
}

/**
 * Lets the directors' keepalived give the address to one of them, at first to the first one: a Command for each, one
 * director after the other.
 * @returns The resource that those which need the address wait for.
 */
export function shareAddress(
  name: string,
  shared: SharedAddress,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return inTurn(shared.directors, (director, after) =>
    share(name, shared, director, { ...opts, dependsOn: after }),
  );
}

function share(
  name: string,
  shared: SharedAddress,
  director: Director,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { address, alongside = [], directors, adopt } = shared;
  const { host } = director;
  const device = shared.interfaceOf(host);
  const id = shared.virtualRouterId ?? lastNumber(address) ?? 0;
  const instance = `vrrp-${inName(address)}`;
  const own = bareAddress(host.address);
  const all = directors.map((d) => bareAddress(d.host.address));
  const daemons = director.syncDaemons.length > 0 ? [] : daemonsFor(device, syncIdOf(all));
  const addresses = [address, ...alongside].map((a) => shared.withPrefix(host, a));
  const resource = { type: "Vip", name, host };
  reserve(resource, {
    virtualRouterId: `virtual router ${id} of ${device}`,
    ...Object.fromEntries(alongside.map((a, i) => [`alongside[${i}]`, `address ${a}`])),
  });
  requireSame(
    resource,
    daemonRequirements(daemons, () => "directors"),
  );
  return host.run(
    `${name}-${host.label}-${inName(address)}`,
    {
      kind: "keepalivedaddress",
      desired: spec({
        instance: director.instance?.name,
        file: instance,
        interface: device,
        addresses: addresses.join(" "),
        ...daemonsOf(daemons),
      }),
      body: vrrpInstance({
        name: instance,
        id,
        interface: device,
        priority: Math.max(250 - 10 * directors.indexOf(director), 1),
        advertInterval: shared.advertInterval ?? 0.5,
        preempt: shared.preempt ?? false,
        own,
        peers: all.filter((other) => other !== own),
        addresses,
      }),
      // The address must not be on two machines, so another director's keepalived releases it first.
      identity: [address, director.instance?.name ?? ""],
      instance: director.instance,
      adopt,
    },
    opts,
  );
}

/**
 * The director that has the address sends connections, and the others receive them. Each of them may get the address,
 * so each runs both daemons.
 */
function daemonsFor(device: string, id: number): SyncDaemon[] {
  return [
    { role: "master", interface: device, id },
    { role: "backup", interface: device, id },
  ];
}

function lastNumber(address: string): number | undefined {
  return isIpv6(address) ? undefined : Number(address.split(".").at(-1)) || undefined;
}
