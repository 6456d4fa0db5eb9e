/** What a director's IPVS has counted, all its services together. */
export interface Counted {
  /** Connections that it took: new ones, and those that came over from another director. */
  connections: number;
  /** Packets from clients. */
  packets: number;
}

/** Prints a machine's counters. Those of each processor are up to date; sums, as ipvsadm has them, only every 2 s. */
export const readCounters = "cat /proc/net/ip_vs_stats_percpu";

/** Parses /proc/net/ip_vs_stats_percpu: a line for each processor, in hexadecimal. */
export function parseCounters(text: string): Counted {
  const rows = [
    ...text.matchAll(/^ *[\dA-F]+ +([\dA-F]+) +([\dA-F]+) +[\dA-F]+ +[\dA-F]+ +[\dA-F]+ *$/gm),
  ];
  const sum = (column: number) =>
    rows.reduce((all, row) => all + parseInt(row[column] ?? "0", 16), 0);
  return { connections: sum(1), packets: sum(2) };
}

export function difference(after: Counted, before: Counted): Counted {
  return {
    connections: after.connections - before.connections,
    packets: after.packets - before.packets,
  };
}

/** "24 connections (156 packets)". */
export function countedWords({ connections, packets }: Counted): string {
  return `${connections} connections (${packets} packets)`;
}
