import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import { describe, invalid, problemOf } from "./problems";

export { describe, invalid };

/**
 * The schemas of components' arguments. Arguments that describe kernel objects are plain values,
 * never outputs of other resources, so the preview checks all of them before anything is touched.
 */

/** An IPv4 address in dotted form, such as 10.10.10.3: one that a machine can have. */
export const ipv4 = matching(isIpv4, "a machine's IPv4 address such as 10.10.10.3");

/** A machine's IPv4 address with the length of its prefix, such as 10.10.10.1/24. */
export const ipv4WithPrefix = matching(
  isIpv4WithPrefix,
  "a machine's IPv4 address with a prefix length from 1 to 32, such as 10.10.10.1/24",
);

/** An IPv4 or IPv6 address that a machine can have; IPv6 in the one spelling that the kernel prints. */
export const ip = matching(
  (s) => isIpv4(s) || isIpv6(s),
  "a machine's IPv4 or IPv6 address such as 10.10.10.3 or 2001:db8::3",
).transform(asPrinted);

/** A machine's IPv6 address, as the kernel prints it. */
export const ipv6 = matching(isIpv6, "a machine's IPv6 address such as 2001:db8::3").transform(
  asPrinted,
);

/** A machine's IPv6 address with the length of its prefix, such as 2001:db8::1/64, as the kernel prints it. */
export const ipv6WithPrefix = matching((s) => {
  const [address = "", prefix = "", ...rest] = s.split("/");
  return rest.length === 0 && isIpv6(address) && /^([1-9]|[1-9]\d|1[01]\d|12[0-8])$/.test(prefix);
}, "a machine's IPv6 address with a prefix length from 1 to 128, such as 2001:db8::1/64").transform(
  asPrinted,
);

/** An address, or a network, as the kernel prints it: RFC 5952 for IPv6, which has several spellings. */
export function asPrinted(s: string): string {
  const [address = "", ...prefix] = s.split("/");
  return address.includes(":")
    ? [ipaddr.IPv6.parse(address).toRFC5952String(), ...prefix].join("/")
    : s;
}

export const port = integer(1, 65535);
/** Share of the connections, relative to the other members; 0 takes no new ones. */
export const weight = integer(0, 65535);
/** A number of connections; 0 is no limit. The kernel would accept more, ipvsadm does not. */
export const threshold = integer(0, 2147483647);

/**
 * An interface's name as the kernel accepts it (IFNAMSIZ), without characters that would need escaping. The kernel
 * reserves "all" and "default" for the settings of all interfaces and of new ones.
 */
export const interfaceName = matching(
  (s) => /^(?!(all|default)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(s),
  'an interface\'s name: 1 to 15 letters, digits, "_", "." or "-", and neither "all" nor "default"',
);

export const namespaceName = matching(
  (s) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(s),
  'a namespace\'s name: 1 to 64 letters, digits, "_", "." or "-"',
);

export const text = matching(
  (s) => s !== "" && !s.includes("\0"),
  "a text of at least one letter, without NUL",
);
/** Text for a web page. It cannot contain NUL; everything else arrives unchanged. */
export const page = text;

/** A machine of a Vagrantfile: Vagrant takes a leading "-" for an option and "/…/" for a pattern. */
export const vagrantName = matching((s) => /^[^-/]/.test(s), "a machine's name in the Vagrantfile");

/** A text that an environment variable can hold. */
export const variable = matching((s) => !s.includes("\0"), "a text without NUL");

/** A machine's own name. */
export const machineName = matching(
  (s) => /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(s),
  'a machine\'s name: 1 to 63 letters, digits or "-"',
);

export const sshHost = matching((s) => /^[^\s@/]+$/.test(s), "a host's name or address");
export const sshUser = matching((s) => /^[^\s:]+$/.test(s), "a user's name");
export const hostKey = matching(
  (s) => /^(ssh|ecdsa|sk)-\S+ AAAA[A-Za-z0-9+/]*={0,2}( .*)?$/.test(s),
  'a public host key such as "ssh-ed25519 AAAA…"',
);
/** A private key. A wrong value is not shown, because it may be a key too. */
export const privateKey = matching(
  (s) => /^\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s/.test(s),
  'a private key itself, which begins with "-----BEGIN"',
  () => "what is given",
);

export const boolean = z.boolean({ error: not("true or false") });

/** One of a list of words. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: not(`one of ${values.join(", ")}`) });
}

/** One of a list of numbers. */
export function oneOfNumbers(values: number[]) {
  const error = not(`one of ${values.join(", ")}`);
  return z.number({ error }).refine((n) => values.includes(n), { error });
}

/** An object with these properties and no others: a misspelt property would be ignored silently. */
export function object<T extends z.core.$ZodLooseShape>(shape: T) {
  const names = Object.keys(shape).join(", ");
  const wrong = not(`an object with ${names}`);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `no such property; there are ${names}` : wrong(issue),
  });
}

/** Values under names that the user chooses. */
export function mapOf<T>(schema: z.ZodType<T>, name: z.ZodString = z.string()) {
  const wrong = not("an object");
  return z.record(name, schema, {
    error: (issue) => (issue.code === "invalid_key" ? issue.issues[0]?.message : wrong(issue)),
  });
}

/** A value that may also come from another resource; then the preview cannot check it and accepts it. */
export function input<T>(schema: z.ZodType<T>) {
  return z.custom<pulumi.Input<T>>().superRefine((value, context) => {
    if (!isLater(value)) {
      passOn(schema.safeParse(value).error, context);
    }
  });
}

/** Adds the issues of a value that another schema has checked. */
function passOn(error: z.ZodError | undefined, context: z.core.$RefinementCtx): void {
  for (const issue of error?.issues ?? []) {
    context.addIssue({ code: "custom", ...problemOf(issue) });
  }
}

/** An instance of one of the program's own classes. */
export function instance<T>(type: new (...args: never[]) => T) {
  return z.custom<T>((value) => value instanceof type, { error: not(`a ${type.name}`) });
}

export function listOf<T>(schema: z.ZodType<T>, elements: string) {
  return z.array(schema, { error: not(`a list of ${elements}`) });
}

/** One of two kinds of value, chosen by type, so that the message says what is allowed for that type. */
export function either<A, B>(
  type: "number" | "boolean",
  is: z.ZodType<A>,
  otherwise: z.ZodType<B>,
) {
  return z.unknown().transform((value, context): A | B => {
    const result = typeof value === type ? is.safeParse(value) : otherwise.safeParse(value);
    if (result.success) {
      return result.data;
    }
    passOn(result.error, context);
    return z.NEVER;
  });
}

/** A list of instances. */
export function instances<T>(type: new (...args: never[]) => T) {
  return listOf(instance(type), type.name);
}

/** A list of resources of any kind. */
export const resources = listOf(
  z.custom<pulumi.Resource>((value) => pulumi.Resource.isInstance(value), {
    error: not("a resource"),
  }),
  "resources",
);

/** A whole number in a range, both ends included. */
export function integer(min: number, max: number) {
  const error = not(`a whole number from ${min} to ${max}`);
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

/** A number in a range, both ends included, with at most so many decimal places. */
export function decimal(min: number, max: number, digits: number) {
  const error = not(`a number from ${min} to ${max} with ${digits} digits behind the point`);
  const isOne = (n: number) => n >= min && n <= max && Number(n.toFixed(digits)) === n;
  return z.number({ error }).refine(isOne, { error });
}

/**
 * Checks the arguments of a component and returns them.
 * @throws pulumi.RunError with the component, each wrong property and what is allowed.
 */
export function checkArgs<T>(type: string, name: string, schema: z.ZodType<T>, args: unknown): T {
  const result = schema.safeParse(args);
  if (result.success) {
    return result.data;
  }
  throw invalid(type, name, result.error.issues.map(describe));
}

/** True when an address lies in the network of an address with a prefix, both of one family. */
export function sameNetwork(address: string, network: string): boolean {
  const [base, prefix] = ipaddr.parseCIDR(network);
  return ipaddr.parse(address).match(base, prefix);
}

/** The network of an address with a prefix: 10.10.10.1/24 gives 10.10.10.0/24. */
export function networkOf(addressWithPrefix: string): string {
  const family = addressWithPrefix.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4;
  return `${family.networkAddressFromCIDR(addressWithPrefix).toString()}/${prefixOf(addressWithPrefix)}`;
}

/** The length of the prefix alone: 10.10.10.1/24 gives 24. */
export function prefixOf(addressWithPrefix: string): string {
  return addressWithPrefix.split("/")[1] ?? "32";
}

/** The address alone: 10.10.10.1/24 gives 10.10.10.1. */
export function bareAddress(addressWithPrefix: string): string {
  return addressWithPrefix.split("/")[0] ?? addressWithPrefix;
}

function isIpv4(s: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(s) &&
    !["unspecified", "multicast", "broadcast"].includes(ipaddr.IPv4.parse(s).range())
  );
}

function isIpv6(s: string): boolean {
  return (
    s.includes(":") &&
    !s.includes("%") &&
    ipaddr.IPv6.isValid(s) &&
    // Deprecated, and the kernel's tools print them with an embedded IPv4 address.
    !ipaddr.IPv6.parse(s).match(ipaddr.IPv6.parse("::"), 96) &&
    !["unspecified", "loopback", "multicast", "linkLocal", "ipv4Mapped"].includes(
      ipaddr.IPv6.parse(s).range(),
    )
  );
}

/** True for "10.10.10.1/24": not the first address of a network of four or more (its own), nor the last (broadcast). */
export function isIpv4WithPrefix(s: string): boolean {
  const [address, prefix, ...rest] = s.split("/");
  if (
    rest.length > 0 ||
    !isIpv4(address ?? "") ||
    !/^([1-9]|[12][0-9]|3[0-2])$/.test(prefix ?? "")
  ) {
    return false;
  }
  const ends = [ipaddr.IPv4.networkAddressFromCIDR(s), ipaddr.IPv4.broadcastAddressFromCIDR(s)];
  return Number(prefix) > 30 || !ends.some((end) => end.toString() === address);
}

/** A text that passes a test; its error says what is allowed. */
export function matching(test: (s: string) => boolean, allowed: string, show = shown) {
  const error = not(allowed, show);
  return z.string({ error }).refine(test, { error });
}

/** The error of a value that is not what is allowed. */
function not(allowed: string, show = shown) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `missing; it must be ${allowed}`
      : `${show(issue.input)} is not ${allowed}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value);
  }
  if (isLater(value)) {
    return "an output of another resource";
  }
  if (typeof value === "function") {
    return "a function";
  }
  return typeof value === "object" && value !== null
    ? Array.isArray(value)
      ? "a list"
      : "an object"
    : String(value);
}

function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
