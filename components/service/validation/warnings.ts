import type { Timeouts } from "../../director/directorSettings";
import { protocolOf } from "../../ipvs/clientPorts";
import { ServiceInput, MemberInput } from "./input";

/** The properties of a service whose behaviour in the kernel surprises people. */
export interface Warned extends Pick<
  ServiceInput,
  | "port"
  | "protocol"
  | "ports"
  | "firewallMark"
  | "scheduler"
  | "schedulerFlags"
  | "persistence"
  | "onePacket"
> {
  members: WarnedMember[];
  /** The director's timeouts, as far as they are given. */
  timeouts?: Timeouts;
}

interface WarnedMember extends Pick<MemberInput, "label" | "forwarding"> {
  weight: number;
  /** 0: none. */
  upperThreshold?: number;
  inhibitOnFailure?: boolean;
}

/**
 * Warnings of properties that are allowed but do not do what they seem to, one line each. docs/features.md has the
 * reasons.
 */
export function serviceWarnings(service: Warned): string[] {
  return [
    ...onePacketWarnings(service),
    ...persistenceWarnings(service),
    ...weightWarnings(service),
    ...maglevWarnings(service),
    ...sourceHashWarnings(service),
    ...overflowWarnings(service),
    ...tunnelWarnings(service),
  ];
}

function onePacketWarnings({ onePacket, members }: Warned): string[] {
  return onePacket && members.some(({ forwarding }) => forwarding === "masquerade")
    ? [
        'onePacket: answers of members by masquerade leave with the member\'s own address, and clients do not take them; choose forwarding "gate" or "ipip", unless nobody waits for answers, as with syslog',
      ]
    : [];
}

function persistenceWarnings({ persistence, port, timeouts, ...service }: Warned): string[] {
  if (!persistence) {
    return [];
  }
  const { timeout = 360 } = persistence;
  const { tcpFin = 120 } = timeouts ?? {};
  return [
    ...(timeout < tcpFin && speaks("tcp", service)
      ? [
          `persistence.timeout: ${timeout} s begin when the last connection is forgotten, which is ${tcpFin} s after its end (timeouts.tcpFin of the Director), and the kernel looks once a minute: a client stays for longer`,
        ]
      : []),
    ...(port === 21 && speaks("tcp", service)
      ? [
          "port: 21 with persistence is FTP to the kernel: the service also takes what comes to port 20, and to every port from 1024 on that no other service has",
        ]
      : []),
  ];
}

function weightWarnings(service: Warned): string[] {
  const { scheduler, schedulerFlags = [], members, onePacket, timeouts } = service;
  const flag = `${scheduler}-fallback`;
  const hashes =
    scheduler === "dh" ||
    ((scheduler === "sh" || scheduler === "mh") &&
      !schedulerFlags.some((one) => one === flag || one === "flag-1"));
  const flows = speaks("udp", service) && !onePacket;
  return members.flatMap(({ label, weight, inhibitOnFailure }, i) => {
    const member = `realServers[${i}]${label === undefined ? "" : ` "${label}"`}`;
    const way = scheduler === "dh" ? "" : `set schedulerFlags: ["${flag}"], or `;
    if (weight > 0) {
      return hashes && inhibitOnFailure
        ? [
            `${member}: inhibitOnFailure: a check that fails gives weight 0, which does not keep scheduler ${scheduler} from choosing the member, and the clients that are its share are refused; ${way}leave inhibitOnFailure out`,
          ]
        : [];
    }
    const at = `${member}: weight: 0`;
    return [
      ...(hashes
        ? [
            `${at} does not keep scheduler ${scheduler} from choosing the member, and the clients that are its share are refused; ${way}leave the member out`,
          ]
        : []),
      ...(flows
        ? [
            `${at} takes no new flows of UDP; one that is under way stays until nothing has come for ${timeouts?.udp ?? 300} s (timeouts.udp of the Director); onePacket: true moves every packet`,
          ]
        : []),
    ];
  });
}

/** mh keeps six bits of each weight, after dividing all by their greatest common divisor. */
function maglevWarnings({ scheduler, members }: Warned): string[] {
  const weights = members.map(({ weight }) => weight).filter((weight) => weight > 0);
  const common = weights.reduce(divisor, 0);
  const greatest = Math.max(0, ...weights) / (common || 1);
  const lost = Math.max(0, 32 - Math.clz32(greatest) - 6);
  const kept = weights.map((weight) => Math.max(1, (weight / common) >> lost));
  const same = weights.every((weight, i) => weight / common === (kept[i] ?? 0) << lost);
  return scheduler === "mh" && !same
    ? [
        `realServers: scheduler mh keeps six bits of a weight, so the weights ${weights.join(", ")} count as ${kept.join(", ")}`,
      ]
    : [];
}

/** The size of the table that scheduler sh chooses from, in every distribution's kernel. */
const places = 256;

/**
 * The scheduler sh fills its table member by member, each with as many places as its weight, starting again with the
 * first until the table is full. So if weights are large, the last members get few places, or none. The order of
 * members depends on the order in which they were added.
 */
function sourceHashWarnings({ scheduler, members }: Warned): string[] {
  if (scheduler !== "sh") {
    return [];
  }
  const weights = members.map(({ weight }) => weight).filter((weight) => weight > 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = [weights, [...weights].reverse()].flatMap((order) =>
    placesOf(order).map((got, i) => {
      const due = (places * (order[i] ?? 0)) / total;
      return { got, due };
    }),
  );
  const [worst] = shares
    .filter(({ got, due }) => got === 0 || Math.abs(got - due) > Math.max(1, due / 10))
    .sort((a, b) => a.got / a.due - b.got / b.due);
  const percent = (count: number) => `${Number(((100 * count) / places).toFixed(1))} %`;
  return worst
    ? [
        `realServers: scheduler sh has ${places} places, filled with each member's weight in turn, so a member may get ${percent(worst.got)} of all clients where its weight asks for ${percent(worst.due)}: choose smaller weights in the same proportion, or scheduler "mh"`,
      ]
    : [];
}

/** The number of places that each weight gets, in the order of the weights. */
function placesOf(weights: number[]): number[] {
  const got = weights.map(() => 0);
  for (let i = 0, left = weights.length > 0 ? places : 0; left > 0; i = (i + 1) % got.length) {
    const some = Math.min(weights[i] ?? 0, left);
    got[i] = (got[i] ?? 0) + some;
    left -= some;
  }
  return got;
}

/** Warnings of what the kernel means by "full" under ovf. */
function overflowWarnings({ scheduler, members, ...service }: Warned): string[] {
  const limited = members.findIndex(({ upperThreshold = 0 }) => upperThreshold > 0);
  const { tcpFin = 120 } = service.timeouts ?? {};
  return [
    ...(scheduler === "ovf"
      ? [
          "scheduler: ovf gives a member one connection more than its weight before it goes on to the next",
        ]
      : []),
    ...(limited >= 0 && speaks("tcp", service)
      ? [
          `realServers[${limited}]: upperThreshold counts closed connections, too, for ${tcpFin} s (timeouts.tcpFin of the Director)`,
        ]
      : []),
  ];
}

/** A client that does not get the ICMP errors sends packets that are too long for the tunnel. */
function tunnelWarnings({ members, ...service }: Warned): string[] {
  return members.some(({ forwarding }) => forwarding === "ipip") && speaks("tcp", service)
    ? [
        'realServers: packets through tunnels (forwarding "ipip") are longer by 20 bytes or more; where ICMP is dropped on the way to clients, large uploads hang: let it through, or have members announce smaller segments (docs/features.md, "Tunnels make packets longer")',
      ]
    : [];
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** True if packets of the protocol may come. Without ports, whoever sets the mark decides. */
function speaks(
  wanted: "tcp" | "udp",
  { protocol = "tcp", ports, firewallMark }: Pick<Warned, "protocol" | "ports" | "firewallMark">,
): boolean {
  if (firewallMark === undefined) {
    return protocol === wanted;
  }
  return ports?.some((one) => protocolOf(one, protocol) === wanted) ?? false;
}
