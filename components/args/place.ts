// Apart from networks.ts, whose types need zod: the package's own do not.

/** An address with its port; one of IPv6 in brackets. */
export function place(address: string, port: number | string): string {
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** True when an address or a network is of IPv6. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}
