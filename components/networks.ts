/** Whether an address or a network is of IPv6. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}
