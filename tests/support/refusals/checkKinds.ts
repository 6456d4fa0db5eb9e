import { nested, optional, Properties, required } from "./cases";
import * as kinds from "./valueKinds";

const code = kinds.whole(100, 599);
const isNumber = ({ value }: kinds.Bad) => typeof value === "number";

/** A status code, or a list of them. */
const status: kinds.Kind = {
  allowed: "a list of status codes",
  bad: [
    ...code.bad.filter(isNumber).map((bad) => ({ ...bad, allowed: code.allowed })),
    ...kinds.otherThan("number", "list"),
    ...kinds.within(code, "[1]", (value) => [200, value]),
    { what: "an empty list", value: [], allowed: "an empty list; name at least one" },
  ],
  good: [100, 599, [200, 301]],
};

const seconds = optional(kinds.whole(1, 3600));

export const checkProperties: Properties = {
  // A script needs a command.
  type: required({
    ...kinds.oneOf("tcp", "http", "https", "dns", "smtp", "udp", "ping", "script"),
    good: ["tcp", "http", "https"],
  }),
  port: optional(kinds.port),
  path: optional(
    kinds.written(
      "a path such as",
      ["", "health", "/a b", "/a#b", "/a!b", "/a$b", '/a"b', "/a'b", "/{a}", "/~a", "/a\n", "/é"],
      ["/", "/a/b.php?c=d&e=%20;f,g+h@i:80"],
    ),
  ),
  status: optional(status),
  digest: optional(
    kinds.written(
      "an MD5 of 32 hexadecimal digits",
      ["", "9b3a", "9B3A0C85A887A256D6939DA88AABD8CD", "9b3a0c85a887a256d6939da88aabd8cg"],
      ["9b3a0c85a887a256d6939da88aabd8cd"],
    ),
  ),
  host: optional(
    kinds.written(
      "a host's name such as",
      ["", "a b", "a/b", "-a", "a:", "a:0", "a\n", "$a", "http://a", "a".repeat(254)],
      ["www.example.org", "a:8080", "10.10.10.2"],
    ),
  ),
  // Good values of these need another type than the others', and are tried in keepalived/checks.test.ts.
  name: optional(
    kinds.written(
      "a name of the DNS such as",
      ["", "..", "a..b", ".a", "a b", "a\n", "a/b", "$a", "a.!", "a".repeat(64), "a.".repeat(127)],
      [],
    ),
  ),
  recordType: optional(
    kinds.written("one of A, NS, CNAME, SOA, MX, TXT, AAAA", ["", "a", "A ", "ANY", "PTR"], []),
  ),
  helo: optional(
    kinds.written(
      "a host's name such as",
      ["", "a b", "-a", "a-", "a\n", "a:25", "a".repeat(254)],
      [],
    ),
  ),
  payload: optional(
    kinds.written(
      "1 to 200 bytes, each as two hexadecimal digits",
      ["", "0", "0x00", "0g", "00 01", "00\n", "00ff", "xx", "00".repeat(201)],
      [],
    ),
  ),
  requireReply: optional({ ...kinds.flag, good: [] }),
  reply: optional(
    kinds.written(
      "1 to 200 bytes, each as two hexadecimal digits",
      ["", "0", "0g", "00 01", "00\n", "00FF", "00".repeat(201)],
      [],
    ),
  ),
  command: optional(
    kinds.written(
      "a program's absolute path and plain words for it",
      // prettier-ignore
      ["", "check", "/", "/bin/check ", "/bin/check  a", "/bin/check 'a'", '/bin/check "', "/bin/check $(id)", "/bin/check\na", "/bin/a#b", "/bin/a!b", "/bin/a;b", "/bin/~a"],
      [],
    ),
  ),
  timeout: seconds,
  interval: seconds,
  retries: optional(kinds.whole(0, 100)),
  retryDelay: seconds,
};

export const check = nested(checkProperties, { type: "http" });

export const sorryServerProperties: Properties = {
  address: required(kinds.ipAddress()),
  port: required(kinds.port),
  forwarding: optional(kinds.oneOf("masquerade", "gate", "ipip")),
};

/** Only a director with keepalived can have one, which is tried among the contradictions. */
export const sorryServer = {
  ...nested(sorryServerProperties, { address: "10.10.10.9", port: 80 }),
  good: [],
};
