import { bareAddress } from "../args/validate";
import { Forwarding, Tunnel } from "../ipvs/forwarding";
import { SorryServer } from "./healthCheck";

/** The properties of a service that decide how its sorry server is reached. */
export interface Apologising {
  directors: { host: { address: string; address6?: string } }[];
  port?: number;
  realServers: { forwarding: Forwarding; tunnel?: Tunnel }[];
  sorryServer?: SorryServer;
}

/**
 * A service's sorry server with its forwarding method. It is the members' method if they all have the same, the server
 * is not on the director, and it has the port that clients use.
 */
export function sorryServerOf(service: Apologising): SorryServer | undefined {
  const { directors, port = 0, realServers, sorryServer: sorry } = service;
  if (!sorry || sorry.forwarding) {
    return sorry;
  }
  const ways = new Set(realServers.map(wayOf));
  const [way] = ways;
  const own = directors.flatMap(({ host }) => [host.address, host.address6 ?? ""].map(bareAddress));
  const differs = ways.size !== 1 || own.includes(sorry.address) || sorry.port !== port;
  return differs || way === undefined || way === "masquerade"
    ? sorry
    : { ...sorry, forwarding: way };
}

/** A sorry server's tunnel is always IP in IP. */
function wayOf({ forwarding, tunnel }: Apologising["realServers"][number]): Forwarding | undefined {
  return (tunnel?.type ?? "ipip") === "ipip" ? forwarding : undefined;
}
