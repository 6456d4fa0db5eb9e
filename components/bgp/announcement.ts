import * as pulumi from "@pulumi/pulumi";
import {
  boolean,
  either,
  input,
  integer,
  ip,
  ipv4,
  listOf,
  matching,
  object,
  port,
} from "../args/validate";

/** The way in which routers learn that a director takes packets to an address. */
export interface Announcement {
  /** By BGP, the Border Gateway Protocol (RFC 4271). */
  bgp: BgpAnnouncement;
}

/** What each director tells its neighbours of an address. */
export interface BgpAnnouncement {
  /** The directors' own autonomous system number, 1 to 4294967294 without the reserved 23456 and 65535. */
  asn: number;
  /**
   * The routers that each director has a session with. An IPv4 address is announced to those with an IPv4 address, an
   * IPv6 address to the others.
   */
  neighbors: BgpNeighbor[];
  /**
   * Communities of the route: "65001:100", a large one such as "65001:1:100", "no-export" or "no-advertise".
   * @default none
   */
  communities?: string[];
  /** The metric (multi-exit discriminator), 0 to 4294967294: routers prefer the lowest. @default none */
  med?: number;
  /** The local preference that neighbours of the same AS get, 0 to 4294967295: they prefer the highest. @default 100 */
  localPreference?: number;
  /**
   * The number by which routers tell one speaker from another, written as an IPv4 address; only for a single director.
   * @default the director's IPv4 address; for one without, a number made of its IPv6 address
   */
  routerId?: string;
  /**
   * The TCP port that each director's BIRD listens on, 1 to 65535: another than 179 beside a BGP daemon of the machine's
   * own. BIRD then connects to its neighbours, and they cannot connect to it. @default 179
   */
  port?: number;
}

/** A router that a director has a session with. */
export interface BgpNeighbor {
  /** Its address, in the network of each director's own address unless `multihop` is given. */
  address: string;
  /** Its autonomous system number. With the directors' own, the session is an internal one (iBGP). */
  asn: number;
  /** The password of the session (TCP MD5, RFC 2385): 1 to 80 characters of ASCII without a quotation mark. */
  password?: pulumi.Input<string>;
  /**
   * Bidirectional forwarding detection (RFC 5880): the session ends when the neighbour has been silent for `interval`
   * times `multiplier`. Nothing happens with a neighbour that does not speak it; its silence is noticed after 9 s.
   * @default true
   */
  bfd?: boolean | BfdTimers;
  /** The most routers on the way, 2 to 255. @default a neighbour in the director's own network */
  multihop?: number;
}

/** The times of bidirectional forwarding detection. */
export interface BfdTimers {
  /** Milliseconds between two packets, 10 to 60000. @default 300 */
  interval?: number;
  /** The number of packets that may be missing, 1 to 255. @default 3 */
  multiplier?: number;
}

/** AS_TRANS (RFC 6793) and the last ones (RFC 7300) are nobody's. */
const reserved = [23456, 65535];
const asn = integer(1, 4294967294).refine((n) => !reserved.includes(n), {
  error: (issue) =>
    `${String(issue.input)} is reserved; an AS number is another from 1 to 4294967294`,
});

const community = matching(
  (s) => s in wellKnown || isListOf(s, 2, 65535) || isListOf(s, 3, 4294967295),
  'a community such as "65001:100" (two numbers up to 65535), "65001:1:100" (three up to 4294967295), "no-export" or "no-advertise"',
);

/** Communities that have a name (RFC 1997). Graceful shutdown is what a director in maintenance announces itself. */
const wellKnown: Record<string, string> = {
  "no-export": "65535:65281",
  "no-advertise": "65535:65282",
};

const password = matching(
  (s) => /^[ !#-~]{1,80}$/.test(s),
  "1 to 80 characters of ASCII without a quotation mark",
  () => "what is given",
);

const usualTimers: Required<BfdTimers> = { interval: 300, multiplier: 3 };

/** @internal */
export const announcementSchema = object({
  bgp: object({
    asn,
    neighbors: listOf(
      object({
        address: ip,
        asn,
        password: input(password).optional(),
        bfd: either(
          "boolean",
          boolean,
          object({
            interval: integer(10, 60000).default(usualTimers.interval),
            multiplier: integer(1, 255).default(usualTimers.multiplier),
          }),
        ).default(true),
        multihop: integer(2, 255).optional(),
      }),
      "neighbors",
    ),
    communities: listOf(community, "communities").optional(),
    med: integer(0, 4294967294).optional(),
    localPreference: integer(0, 4294967295).optional(),
    routerId: ipv4.optional(),
    port: port.optional(),
  }),
});

/** The same as checked, with its defaults. */
export interface Announced extends BgpAnnouncement {
  neighbors: AnnouncedTo[];
}
export interface AnnouncedTo extends BgpNeighbor {
  bfd: boolean | Required<BfdTimers>;
}

/** A community as BIRD's files have it: its numbers, with ":" between them. */
export function communityNumbers(name: string): string {
  return wellKnown[name] ?? name;
}

/** The milliseconds and the number of packets; undefined without detection. */
export function bfdOf({ bfd }: Pick<AnnouncedTo, "bfd">): Required<BfdTimers> | undefined {
  return typeof bfd === "object" ? bfd : bfd ? usualTimers : undefined;
}

function isListOf(s: string, count: number, max: number): boolean {
  const parts = s.split(":");
  return (
    parts.length === count && parts.every((n) => /^(0|[1-9]\d{0,9})$/.test(n) && Number(n) <= max)
  );
}
