import type { Problem } from "../args/problems";
import { either, ip, listOf, matching, object, oneOf, port, integer } from "../args/validate";
import { Forwarding, forwardings } from "../ipvs/forwarding";

/** keepalived's health check of a member (keepalived.conf(5), healthcheckers). */
export interface Check {
  /**
   * "tcp": a connection can be opened. "http": a page has the right status and, if given, digest. "https": the same
   * over TLS; the member's certificate is not checked. "script": a program on the director exits with status 0.
   */
  type: "tcp" | "http" | "https" | "script";
  /** The port that is asked, 1 to 65535; not with "script". @default the member's */
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
  /**
   * The absolute path of a program on the director, with arguments; required with "script", not allowed with other
   * types. It runs as root, so nobody but root may be able to change it or any folder above it.
   */
  command?: string;
  /** Seconds that an answer may take, 1 to 3600. @default 2 */
  timeout?: number;
  /** Seconds from one check to the next, 1 to 3600. @default 2 */
  interval?: number;
  /** Retries after a failure, a second apart, before a member is removed; 0 to 100. @default 1 */
  retries?: number;
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

/** @internal */
export const checkSchema = object({
  type: oneOf(["tcp", "http", "https", "script"]),
  port: port.optional(),
  path: path.optional(),
  status: either("number", status, statuses).optional(),
  digest: digest.optional(),
  host: host.optional(),
  command: command.optional(),
  timeout: seconds.optional(),
  interval: seconds.optional(),
  retries: integer(0, 100).optional(),
});

/** @internal */
export const sorryServerSchema = object({
  address: ip,
  port,
  forwarding: oneOf(forwardings).optional(),
});

/** The check types of each property that not all types have. */
const only: [keyof Check, Check["type"][]][] = [
  ["port", ["tcp", "http", "https"]],
  ["path", ["http", "https"]],
  ["status", ["http", "https"]],
  ["digest", ["http", "https"]],
  ["host", ["http", "https"]],
  ["command", ["script"]],
];

/**
 * The contradictions between the properties of a check.
 * @internal
 */
export function checkProblems(check: Check): Problem[] {
  const foreign = only.flatMap(([property, types]) =>
    check[property] === undefined || types.includes(check.type)
      ? []
      : [
          {
            path: ["check", property],
            message: `only a check of type ${types.join(" or ")} has one; it is ${check.type}`,
          },
        ],
  );
  const message = "missing; type script needs the program that checks";
  return check.type === "script" && check.command === undefined
    ? [...foreign, { path: ["check", "command"], message }]
    : foreign;
}
