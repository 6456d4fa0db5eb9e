import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";
import { z } from "zod";

/**
 * What an argument of a component may be. Arguments that describe kernel objects are plain values,
 * never outputs of other resources: so every one of them is checked in the preview, before anything
 * is touched.
 */

/** An IPv4 address in dotted form, such as 10.10.10.3. */
export const ipv4 = matching(
  (s) => ipaddr.IPv4.isValidFourPartDecimal(s),
  "an IPv4 address such as 10.10.10.3",
);

/** An IPv4 address with the length of its prefix, such as 10.10.10.100/24. */
export const ipv4WithPrefix = matching(
  isIpv4WithPrefix,
  "an IPv4 address with a prefix length from 1 to 32, such as 10.10.10.100/24",
);

export const port = whole(1, 65535);
/** Share of the connections, relative to the other members; 0 takes no new ones. */
export const weight = whole(0, 65535);
/** Connections; 0 is no limit. */
export const threshold = whole(0, 4294967295);

/** What the kernel accepts as an interface's name (IFNAMSIZ), less what would need escaping. */
export const interfaceName = matching(
  (s) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(s),
  'an interface\'s name: 1 to 15 letters, digits, "_", "." or "-"',
);

export const namespaceName = matching(
  (s) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(s),
  'a namespace\'s name: 1 to 64 letters, digits, "_", "." or "-"',
);

/** Text for a web page. NUL cannot stand in it; everything else arrives as it is. */
export const page = matching(
  (s) => s !== "" && !s.includes("\0"),
  "a text of at least one letter, without NUL",
);

export const flag = z.boolean({ error: not("true or false") });

/** One of a list of words. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: not(`one of ${values.join(", ")}`) });
}

/** An instance of one of the program's own classes. */
export function instance<T>(type: new (...args: never[]) => T) {
  return z.custom<T>((value) => value instanceof type, { error: not(`a ${type.name}`) });
}

/** A list of instances. */
export function instances<T>(type: new (...args: never[]) => T) {
  return z.array(instance(type), { error: not(`a list of ${type.name}`) });
}

/** A whole number in a range, both ends included. */
export function whole(least: number, most: number) {
  const error = not(`a whole number from ${least} to ${most}`);
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
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

/** The error for arguments that are not allowed: one line a problem. */
export function invalid(type: string, name: string, problems: string[]): pulumi.RunError {
  return new pulumi.RunError(problems.map((p) => `${type} "${name}": ${p}`).join("\n"));
}

/** "weight: 70000 is not a whole number from 0 to 65535" */
export function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i ? "." : ""}${String(part)}`))
    .join("");
  return `${path || "arguments"}: ${issue.message}`;
}

/** Whether an address lies in the network of an address with a prefix. */
export function sameNetwork(address: string, network: string): boolean {
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(network));
}

/** The network of an address with a prefix: 10.10.10.1/24 gives 10.10.10.0/24. */
export function networkOf(addressWithPrefix: string): string {
  const prefix = addressWithPrefix.split("/")[1] ?? "32";
  return `${ipaddr.IPv4.networkAddressFromCIDR(addressWithPrefix).toString()}/${prefix}`;
}

/** The address alone: 10.10.10.1/24 gives 10.10.10.1. */
export function bareAddress(addressWithPrefix: string): string {
  return addressWithPrefix.split("/")[0] ?? addressWithPrefix;
}

function isIpv4WithPrefix(s: string): boolean {
  const [address, prefix, ...rest] = s.split("/");
  return (
    rest.length === 0 &&
    ipaddr.IPv4.isValidFourPartDecimal(address ?? "") &&
    /^([1-9]|[12][0-9]|3[0-2])$/.test(prefix ?? "")
  );
}

function matching(test: (s: string) => boolean, allowed: string) {
  const error = not(allowed);
  return z.string({ error }).refine(test, { error });
}

/** The error of a value that is not what is allowed. */
function not(allowed: string) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `missing; it must be ${allowed}`
      : `${shown(issue.input)} is not ${allowed}`;
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
