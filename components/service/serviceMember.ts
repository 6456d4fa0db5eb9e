import type { Member } from "../backends/plainRealServer";

/** A member as stack outputs and policies see it. */
export interface ServiceMember {
  /** Its name in the program; its address, if it is no resource. */
  name: string;
  /** IPv4 or IPv6. */
  address: string;
  /** 0 stands for the port that the client used. */
  port: number;
  /** Share of the connections, 0 to 65535. */
  weight: number;
  /** "masquerade", "gate" or "ipip". */
  forwarding: string;
  /** First line of the page that it answers with, if that is known and not secret. */
  answer?: string;
  /** False for a backend whose web server is stopped on purpose; left out for others. */
  running?: false;
}

/** @param servicePort The port for a real server that has none of its own. */
export function memberOf(r: Member, servicePort: number): ServiceMember {
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
