/** ipvsadm's option for each forwarding method. */
export const forwardingOptions = { masquerade: "-m", gate: "-g", ipip: "-i" } as const;
/** The forwarding method of each of those options. */
export const optionForwardings: ReadonlyMap<string, string> = new Map(
  Object.entries(forwardingOptions).map(([method, option]) => [option, method]),
);

/** All ways to reach a real server. */
export const forwardings = [
  "masquerade",
  "gate",
  "ipip",
] as const satisfies (keyof typeof forwardingOptions)[];
/**
 * The way of packets to a real server (ipvsadm(8)). "masquerade": network address translation, also back.
 * "gate": direct routing. "ipip": through a tunnel.
 */
export type Forwarding = (typeof forwardings)[number];

/** The encapsulation of a tunnel (ipvsadm(8), --tun-type). */
export interface Tunnel {
  /** "ipip": IP in IP. "gue": Generic UDP Encapsulation. "gre": Generic Routing Encapsulation. @default "ipip" */
  type?: "ipip" | "gue" | "gre";
  /** The real server's UDP port, with "gue" only, and needed there. */
  port?: number;
  /** "csum", or with "gue" also "remcsum". @default "nocsum" */
  checksum?: "nocsum" | "csum" | "remcsum";
}
