import type { Problem } from "../args/problems";
import {
  boolean,
  either,
  ip,
  listOf,
  matching,
  object,
  oneOf,
  port,
  integer,
} from "../args/validate";
import { Forwarding, forwardings } from "../ipvs/forwarding";

/** All types of checks. */
export const checkTypes = ["tcp", "http", "https", "dns", "smtp", "udp", "ping", "script"] as const;

/** All types of records that keepalived can ask a name server for. */
export const recordTypes = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA"] as const;

/** keepalived's health check of a member (keepalived.conf(5), healthcheckers). */
export interface Check {
  /**
   * "tcp": a connection can be opened. "http": a page has the right status and, if given, digest. "https": the same
   * over TLS; the member's certificate is not checked. "dns": a name server answers a question over UDP without an
   * error. "smtp": a mail server greets and accepts HELO. "udp": a datagram is answered, or at least not refused.
   * "ping": the machine answers ICMP echo. "script": a program on the director exits with status 0.
   */
  type: "tcp" | "http" | "https" | "dns" | "smtp" | "udp" | "ping" | "script";
  /** The port that is asked, 1 to 65535; not with "ping" and "script". @default the member's */
  port?: number;
  /** The path that is requested; with "http" and "https" only. @default "/" */
  path?: string;
  /** Status of a right answer, 100 to 599, or a list of statuses; with "http" and "https" only. @default 200 to 299 */
  status?: number | number[];
  /** MD5 of the right page, 32 hexadecimal digits (genhash, curl … | md5sum); with "http" and "https" only. */
  digest?: string;
  /**
   * Name of the virtual host that is requested; with "http" and "https" only. TLS sends it too (SNI), if it has no
   * port. @default the member's address
   */
  host?: string;
  /** The name that is asked for; with "dns" only. @default ".", the root of all names */
  name?: string;
  /**
   * The type of record that is asked for: "A", "NS", "CNAME", "SOA", "MX", "TXT" or "AAAA"; with "dns" only.
   * @default "SOA"
   */
  recordType?: (typeof recordTypes)[number];
  /** The name by which the director introduces itself; with "smtp" only. @default "smtpchecker.keepalived.org" */
  helo?: string;
  /** The datagram that is sent, up to 200 bytes as hexadecimal digits; with "udp" only. @default random bytes */
  payload?: string;
  /** The datagram must be answered; with "udp" only. @default false: a member lives unless ICMP says otherwise */
  requireReply?: boolean;
  /**
   * The bytes with which the answer must begin, up to 200 as hexadecimal digits, "x" for any digit; with "udp" only. It
   * includes `requireReply`.
   */
  reply?: string;
  /**
   * The absolute path of a program on the director, with arguments; required with "script", not allowed with other
   * types. It runs as root, so nobody but root may be able to change it or any folder above it.
   */
  command?: string;
  /**
   * Seconds that an answer may take, 1 to 3600; with "udp", if no answer is required, 4 at least, because a machine that
   * is down is noticed only after 3 s, when ARP gives up. @default 2, or 4 with "udp" if no answer is required
   */
  timeout?: number;
  /** Seconds from one check to the next, 1 to 3600. @default 2 */
  interval?: number;
  /** Retries after a failure before a member is removed; 0 to 100. @default 1 */
  retries?: number;
  /** Seconds from a failure to the next retry, 1 to 3600. @default 1 */
  retryDelay?: number;
}

/** A server that answers while too few members are alive. */
export interface SorryServer {
  /** An address of the service's family. */
  address: string;
  /** The port there, 1 to 65535; with "gate" and "ipip" the service's. */
  port: number;
  /**
   * The forwarding method to it: "masquerade", "gate" or "ipip". @default the members' method, if they all have the
   * same, the port is the service's, and it is not the director itself; else "masquerade"
   */
  forwarding?: Forwarding;
}

const seconds = integer(1, 3600);
const status = integer(100, 599);
const statuses = listOf(status, "status codes").refine((list) => list.length > 0, {
  error: "an empty list; name at least one",
});

// Stricter than keepalived, in which "#" and "!" begin a comment and "$" and "~" may be replaced.
const path = matching(
  (s) => /^\/[A-Za-z0-9_./:?&=;,+@%-]*$/.test(s),
  'a path such as "/health?full=1", with "%" for letters that are special',
);
const command = matching(
  (s) => /^\/[A-Za-z0-9_./:=,+@%-]+( [A-Za-z0-9_./:=,+@%-]+)*$/.test(s),
  'a program\'s absolute path and plain words for it, such as "/usr/local/bin/check-db 10.10.10.2"',
);
const host = matching(
  (s) => /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})(:[1-9]\d{0,4})?$/.test(s),
  "a host's name such as www.example.org",
);
const digest = matching(
  (s) => /^[0-9a-f]{32}$/.test(s),
  "an MD5 of 32 hexadecimal digits, in small letters",
);

const name = matching(
  (s) =>
    s === "." || (s.length <= 253 && /^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/.test(s)),
  'a name of the DNS such as www.example.org, or "." for the root',
);
const helo = matching(
  (s) => s.length <= 253 && /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(s),
  "a host's name such as lb.example.org",
);
const payload = matching(
  (s) => /^([0-9A-Fa-f]{2}){1,200}$/.test(s) && !/ff$/i.test(s),
  "1 to 200 bytes, each as two hexadecimal digits, the last not ff, which keepalived cannot read",
);
const reply = matching(
  (s) => /^([0-9A-Fa-fxX]{2}){1,200}$/.test(s) && !/ff$/i.test(s),
  '1 to 200 bytes, each as two hexadecimal digits, "x" for any, the last not ff, which keepalived cannot read',
);

/** The time that a UDP check without an answer takes to notice a machine that is down: three requests of ARP. */
const arpSeconds = 4;

/** Seconds that an answer may take. */
export function timeoutOf(check: Check): number {
  return check.timeout ?? (waitsForIcmp(check) ? arpSeconds : 2);
}

/** True for a check that fails only if ICMP says that the member cannot be reached. */
function waitsForIcmp({ type, requireReply, reply }: Check): boolean {
  return type === "udp" && !requireReply && reply === undefined;
}

/** @internal */
export const checkSchema = object({
  type: oneOf(checkTypes),
  port: port.optional(),
  path: path.optional(),
  status: either("number", status, statuses).optional(),
  digest: digest.optional(),
  host: host.optional(),
  name: name.optional(),
  recordType: oneOf(recordTypes).optional(),
  helo: helo.optional(),
  payload: payload.optional(),
  requireReply: boolean.optional(),
  reply: reply.optional(),
  command: command.optional(),
  timeout: seconds.optional(),
  interval: seconds.optional(),
  retries: integer(0, 100).optional(),
  retryDelay: seconds.optional(),
});

/** @internal */
export const sorryServerSchema = object({
  address: ip,
  port,
  forwarding: oneOf(forwardings).optional(),
});

/** The check types of each property that not all types have. */
const only: [keyof Check, Check["type"][]][] = [
  ["port", ["tcp", "http", "https", "dns", "smtp", "udp"]],
  ["path", ["http", "https"]],
  ["status", ["http", "https"]],
  ["digest", ["http", "https"]],
  ["host", ["http", "https"]],
  ["name", ["dns"]],
  ["recordType", ["dns"]],
  ["helo", ["smtp"]],
  ["payload", ["udp"]],
  ["requireReply", ["udp"]],
  ["reply", ["udp"]],
  ["command", ["script"]],
];

/** True for a check that asks a port of the member. */
export function asksPort({ type }: Check): boolean {
  return type !== "ping" && type !== "script";
}

/**
 * The contradictions between the properties of a check.
 * @internal
 */
export function checkProblems(check: Check): Problem[] {
  const { type, timeout = arpSeconds } = check;
  const foreign = only.flatMap(([property, types]) =>
    check[property] === undefined || types.includes(type)
      ? []
      : [
          {
            path: ["check", property],
            message: `only a check of type ${types.join(" or ")} has one; it is ${type}`,
          },
        ],
  );
  const problem = (property: string, message: string) => ({ path: ["check", property], message });
  return [
    ...foreign,
    ...(type === "script" && check.command === undefined
      ? [problem("command", "missing; type script needs the program that checks")]
      : []),
    ...(check.requireReply === false && check.reply !== undefined
      ? [problem("requireReply", "false, although reply says how the answer must begin")]
      : []),
    ...(waitsForIcmp(check) && timeout < arpSeconds
      ? [
          problem(
            "timeout",
            `${timeout} s are over before a machine that is down is noticed: give ${arpSeconds} at least, or requireReply`,
          ),
        ]
      : []),
  ];
}
