/** The transport protocols of a service. */
export type Protocol = "tcp" | "udp" | "sctp";
/** ipvsadm's option for each protocol. */
export const protocolOptions = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;
/** The protocol of each of those options. */
export const optionProtocols: ReadonlyMap<string, string> = new Map(
  Object.entries(protocolOptions).map(([protocol, option]) => [option, protocol]),
);
