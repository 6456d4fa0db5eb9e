import * as pulumi from "@pulumi/pulumi";

/** A value that a property may not have. */
export interface Bad {
  /** What it is, for the test's name. */
  what: string;
  value: unknown;
  /** Where in the value the mistake is, such as "[1]" or ".port"; "" for the value itself. */
  at?: string;
  /** What the message says is allowed there, where that is not what the whole value may be. */
  allowed?: string;
}

/** What a property may be: the words of the message, values it may not have, and some at its limits. */
export interface Kind {
  allowed: string;
  bad: Bad[];
  good: unknown[];
}

const ofType = {
  text: "text",
  number: 7,
  boolean: true,
  object: {},
  list: [],
  null: null,
  function: () => "text",
  output: pulumi.output("text"),
  promise: Promise.resolve("text"),
};
type Type = keyof typeof ofType;
/** Also what another resource puts out. */
const later: Type[] = ["output", "promise"];

/** Values of every type but these. */
export function otherThan(...right: Type[]): Bad[] {
  return Object.entries(ofType)
    .filter(([type]) => !right.includes(type as Type))
    .map(([type, value]) => ({ what: type, value }));
}

/** Texts that are not allowed, each with itself as its description. */
function texts(...values: string[]): Bad[] {
  return values.map((value) => ({
    what: value.length > 40 ? `a text of ${value.length} letters` : JSON.stringify(value),
    value,
  }));
}

export function whole(least: number, most: number): Kind {
  const numbers = [least - 1, most + 1, least + 0.5, NaN, Infinity, -Infinity, BigInt(least)];
  return {
    allowed: `a whole number from ${least} to ${most}`,
    bad: [
      ...otherThan("number"),
      ...texts("", String(least)),
      ...numbers.map((value) => ({ what: `${value} (${typeof value})`, value })),
    ],
    good: [least, most],
  };
}

export const port = whole(1, 65535);

/** A number, or a text of its own kind. */
function orText(number: Kind, allowed: string, bad: string[], good: string[]): Kind {
  const noText = number.bad.filter(({ value }) => typeof value !== "string");
  const numbers = noText.filter(({ value }) => typeof value === "number");
  const others = noText.filter(({ value }) => typeof value !== "number");
  return {
    allowed,
    bad: [
      ...numbers.map((wrong) => ({ ...wrong, allowed: number.allowed })),
      ...others,
      ...texts(...bad),
    ],
    good: [...number.good, ...good],
  };
}

export const ports = orText(
  port,
  'a port or a range of ports such as "8000-8999", either with a protocol of its own such as "443/udp"',
  [
    ...["", "80", "0-80", "80-", "90-80", "80-80", "1-65536", "1-2-3", "1 - 2", "$(id)-80"],
    ...["443/icmp", "443/", "/udp", "0/udp", "65536/udp", "443/UDP", "80,443/udp"],
  ],
  ["1-2", "8000-8999", "1-65535", "443/udp", "8000-8999/sctp"],
);

export const netmask = orText(
  whole(1, 128),
  "an IPv4 mask such as 255.255.255.0",
  ["", "255.0.255.0", "24", "/24", "255.255.255"],
  ["255.255.255.0", "255.255.255.255", "128.0.0.0", "0.0.0.0"],
);

export const flag: Kind = {
  allowed: "true or false",
  bad: [...otherThan("boolean"), ...texts("true", ""), { what: "0", value: 0 }],
  good: [true, false],
};

export function oneOf(...words: string[]): Kind {
  const [first = ""] = words;
  return {
    allowed: `one of ${words.join(", ")}`,
    bad: [
      ...otherThan("text"),
      ...texts("", "fastest", first.toUpperCase(), ` ${first}`, "toString"),
    ],
    good: words,
  };
}

/** Texts; what is not a text is always refused. */
export function written(allowed: string, bad: string[], good: string[], ...right: Type[]): Kind {
  return { allowed, bad: [...otherThan("text", ...right), ...texts(...bad)], good };
}

// prettier-ignore
const noAddress = [
  "", "10.10.10", "10.10.10.256", "10.10.10.-1", "10.10.10.1.1", "010.10.10.3", "0x0a.10.10.3",
  "168430083", " 10.10.10.3", "10.10.10.3\n", "10.10.10.3:80", "localhost", "::1",
  // None that a machine can have.
  "0.0.0.0", "224.0.0.1", "255.255.255.255",
];

export function address(...good: string[]): Kind {
  return written("a machine's IPv4 address", [...noAddress, "10.10.10.3/24"], good);
}

/** The same of both families. */
export function ipAddress(...good: string[]): Kind {
  const ipv6 = [
    "::",
    "ff02::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "2001:db8::1%eth0",
    "2001:db8::1/64",
  ];
  const more = [...ipv6, "2001:db8:::1", "[2001:db8::1]", "10.10.10.3/24"];
  return written("a machine's IPv4 or IPv6 address", [...noAddress, ...more], good);
}

export const address6 = written(
  "a machine's IPv6 address",
  [...noAddress, "10.10.10.3", "2001:db8::1/64", "::ffff:10.10.10.3"],
  ["2001:db8:10::9"],
);
export const address6WithPrefix = written(
  "a machine's IPv6 address with a prefix length from 1 to 128",
  ["", "2001:db8::1", "2001:db8::1/0", "2001:db8::1/129", "10.10.10.1/24", "::1/128", "fe80::1/64"],
  ["2001:db8::1/1", "2001:db8::1/128"],
);

export const addressWithPrefix = written(
  "a machine's IPv4 address with a prefix length from 1 to 32",
  [
    ...noAddress.map((a) => `${a}/24`),
    ...["", "/", "/0", "/33", "/024", "/-1", "/2.5", "/24/24", "/255.255.255.0"].map(
      (prefix) => `10.10.10.1${prefix}`,
    ),
    // The network's own address, and everybody's.
    "10.10.10.0/24",
    "10.10.10.255/24",
  ],
  ["10.10.10.1/1", "10.10.10.1/32", "10.10.10.0/31", "10.10.10.0/16"],
);

export const interfaceName = written(
  "an interface's name: 1 to 15 letters",
  // prettier-ignore
  ["", "a".repeat(16), "a b", "a/b", "$(id)", "-a", "..", "a\n", "é", "a:b", "all", "default"],
  ["a", "a".repeat(15), "br-lan.10_a"],
);

export const namespaceName = written(
  "a namespace's name: 1 to 64 letters",
  ["", "a".repeat(65), "a b", "a/b", "$(id)", "-n", "..", "a\n", "é"],
  ["a", "a".repeat(64), "ns-backend.2_a"],
);

export const text = written(
  "a text of at least one letter, without NUL",
  ["", "\0", "a\0b"],
  ["a", "$(id)", "Réponse\n\n'\"\\"],
);

export const variable = written("a text without NUL", ["a\0b"], ["", "$(id)"]);

export const hostName = written(
  "a host's name or address",
  ["", "lb 1", "admin@lb1", "ssh://lb1", "lb1\n"],
  ["lb1.example.org", "192.0.2.1", "2001:db8::1"],
  ...later,
);
export const userName = written("a user's name", ["", "a b", "a:b"], ["root", "_a.b-1"], ...later);
export const privateKey = written(
  'a private key itself, which begins with "-----BEGIN"',
  ["", "~/.ssh/id_ed25519", "-----BEGIN PUBLIC KEY-----\nAAAA\n", "-----BEGIN"],
  [
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n",
    "-----BEGIN RSA PRIVATE KEY-----\r\nAAAA\r\n",
  ],
  ...later,
);
export const hostKey = written(
  'a public host key such as "ssh-ed25519 AAAA…"',
  // prettier-ignore
  ["", "AAAAC3", "ssh-ed25519", "ssh-ed25519 …", "SHA256:AAAA", "lb1 ssh-ed25519 AAAA", "ssh-ed25519  AAAA"],
  ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "ecdsa-sha2-nistp256 AAAAE2Vj root@lb1"],
  ...later,
);
export const vagrantName = written(
  "a machine's name in the Vagrantfile",
  ["", "--provision", "/machine/"],
  ["machine1"],
  ...later,
);

/** The kind of a value that may come from another resource, too. */
export function orOutput(kind: Kind): Kind {
  const bad = kind.bad.filter(({ what }) => !later.includes(what as Type));
  return { ...kind, bad, good: [...kind.good, pulumi.output("later")] };
}

export const anything: Kind = { allowed: "", bad: [], good: ["text", 7, true, null, {}, []] };

export function mapOf(kind: Kind): Kind {
  return {
    allowed: "an object",
    bad: [...otherThan("object", ...later), ...within(kind, ".A", (A) => ({ A }))],
    good: [{}, ...kind.good.map((A) => ({ A }))],
  };
}

type Class = abstract new (...args: never[]) => unknown;

/** One without its constructor's doing: enough to be an instance. */
function blank(type: Class): unknown {
  return Object.create(type.prototype as object);
}

export function instanceOf(...types: Class[]): Kind {
  const [first = Object] = types;
  return {
    allowed: types.map(({ name }) => `a ${name}`).join(" or "),
    bad: [
      ...otherThan(),
      { what: "the class itself", value: first },
      { what: "a resource of another kind", value: blank(pulumi.ComponentResource) },
    ],
    good: [],
  };
}

/** A list; what is wrong with one of its elements is said of that one. */
export function listOf(kind: Kind, allowed: string, element: unknown): Kind {
  return {
    allowed,
    bad: [...otherThan("list"), ...within(kind, "[1]", (value) => [element, value])],
    good: [[]],
  };
}

export function instancesOf(type: Class): Kind {
  return listOf(instanceOf(type), `a list of ${type.name}`, blank(type));
}

export const resources = listOf(
  { allowed: "a resource", bad: otherThan(), good: [] },
  "a list of resources",
  Object.assign(blank(pulumi.ComponentResource) as object, { __pulumiResource: true }),
);

/** The bad values of a part, in the whole that they are a part of. */
export function within(kind: Kind, at: string, whole: (part: unknown) => unknown): Bad[] {
  return kind.bad.map((bad) => ({
    what: bad.what,
    value: whole(bad.value),
    at: `${at}${bad.at ?? ""}`,
    allowed: bad.allowed ?? kind.allowed,
  }));
}

export function notAnObject(): Bad[] {
  return otherThan("object", ...later);
}
