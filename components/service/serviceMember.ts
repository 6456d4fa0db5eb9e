import { RealServer } from "../backends/realServer";

/** A member as stack outputs and policies see it. */
export interface ServiceMember {
  /** Its name in the program. */
  name: string;
  /** IPv4 or IPv6. */
  address: string;
  /** 0 for the one that the client asked for. */
  port: number;
  /** Share of the connections, 0 to 65535. */
  weight: number;
  /** "masquerade", "gate" or "ipip". */
  forwarding: string;
  /** First line of the page that it answers with, where that is known and no secret. */
  answer?: string;
  /** False for a backend whose web server is stopped on purpose; left out for others. */
  running?: false;
}

/** @param servicePort Where the real server has none of its own. */
export function memberOf(r: RealServer, servicePort: number): ServiceMember {
  return {
    name: r.label,
    address: r.address,
    port: r.portIn(servicePort),
    weight: r.weight,
    forwarding: r.forwarding,
    answer: typeof r.backend?.page === "string" ? r.backend.page.split("\n")[0] : undefined,
    running: r.backend?.running === false ? false : undefined,
  };
}
