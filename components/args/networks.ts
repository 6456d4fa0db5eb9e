import * as ipaddr from "ipaddr.js";
import { isIpv6, place } from "./place";
import { asPrinted, matching } from "./validate";

export { isIpv6, place };

/** A multicast address, to which the members of a group listen; IPv6 in the one spelling that the kernel prints. */
export const multicast = matching(
  (s) => isAddress(s) && ipaddr.parse(s).range() === "multicast",
  "a multicast address such as 224.0.0.81 or ff02::81",
).transform(asPrinted);

/**
 * A network of clients: its first address and its prefix length, such as 10.10.10.0/24; IPv6 as the kernel prints it.
 */
export const network = matching(
  isNetwork,
  "a network by its first address and the length of its prefix, such as 10.10.10.0/24",
).transform(asPrinted);

/** A host's own address of one family, with prefix. On a host with IPv6 only, `address` is the IPv6 address. */
export function ownAddress(
  { address, address6 }: { address: string; address6?: string },
  family: "ipv4" | "ipv6",
): string | undefined {
  const ipv4 = isIpv6(address) ? undefined : address;
  return family === "ipv6" ? address6 : ipv4;
}

/** The length of the prefix of one address alone. */
export function longestPrefix(address: string): 32 | 128 {
  return isIpv6(address) ? 128 : 32;
}

/** An address as part of a resource's name, in which "::" would separate the parts of its URN. */
export function inName(address: string): string {
  return address.replaceAll(":", "-");
}

function isAddress(s: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(s) ||
    (isIpv6(s) && !s.includes("%") && ipaddr.IPv6.isValid(s))
  );
}

function isNetwork(s: string): boolean {
  const [address = "", prefix = "", ...rest] = s.split("/");
  if (rest.length > 0 || !isAddress(address) || !/^(0|[1-9][0-9]{0,2})$/.test(prefix)) {
    return false;
  }
  const family = isIpv6(s) ? ipaddr.IPv6 : ipaddr.IPv4;
  return (
    Number(prefix) <= longestPrefix(s) &&
    family.networkAddressFromCIDR(s).toString() === ipaddr.parse(address).toString()
  );
}
