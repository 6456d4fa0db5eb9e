/** Whether an address or a network is of IPv6. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}

/** An address as part of a resource's name, in which "::" would separate the parts of its URN. */
export function inName(address: string): string {
  return address.replaceAll(":", "-");
}
