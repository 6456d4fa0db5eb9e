/** The way that requests took. */
export interface Traffic {
  /** By each member's log: the requests of each client, by its address. */
  clients: Record<string, Record<string, number>>;
  /** What passed the director, since the service was made. */
  director: Passed;
}

/** The counters of a service. Answers that the members send past the director are not in them. */
export interface Passed {
  connections: number;
  packetsIn: number;
  packetsOut: number;
  bytesIn: number;
  bytesOut: number;
}

/** The requests of each client: lines "ADDRESS REQUESTS". */
export function parseClients(stdout: string): Record<string, number> {
  const lines = stdout.matchAll(/^([\da-f.:]+) (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, client = "", n]) => [client, Number(n)]));
}

/** The counters: a line "CONNECTIONS PACKETS-IN PACKETS-OUT BYTES-IN BYTES-OUT". */
export function parsePassed(stdout: string): Passed {
  const words = /^\d+( \d+){4}$/m.exec(stdout)?.[0].split(" ").map(Number) ?? [];
  const [connections = 0, packetsIn = 0, packetsOut = 0, bytesIn = 0, bytesOut = 0] = words;
  return { connections, packetsIn, packetsOut, bytesIn, bytesOut };
}
