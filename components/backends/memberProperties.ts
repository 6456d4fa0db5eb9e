import { Forwarding, Tunnel } from "../ipvs/forwarding";
import { Check } from "../keepalived/healthCheck";

/** The properties that a member may have wherever it is declared: a RealServer, plain values, a row of a table. */
export interface MemberProperties {
  /**
   * The member's port. @default that of its backend, or else the service's; in a service of several ports, the port that
   * the client used
   */
  port?: number;
  /**
   * Share of the connections, 0 to 65535; with 0 it gets no new ones (an existing UDP flow stays until it has been
   * silent for a while). @default 1
   */
  weight?: number;
  /**
   * "masquerade": the director translates addresses, and answers go back through it. "gate": direct
   * routing, the real server is on the director's network. "ipip": through a tunnel. With these two the
   * real server answers clients itself and must have the virtual address; a backend of this program is set up for that.
   * @default "masquerade"
   */
  forwarding?: Forwarding;
  /** The encapsulation of the tunnel; only with forwarding "ipip". @default IP in IP */
  tunnel?: Tunnel;
  /** Above so many connections it gets no new ones; closed ones count for two minutes. 0 is no limit. @default 0 */
  upperThreshold?: number;
  /** Below so many connections it gets new ones again; 0 lets the kernel choose. @default 0 */
  lowerThreshold?: number;
  /**
   * keepalived's health check of the member; only with a director whose engine is "keepalived".
   * @default with that engine: a TCP connection can be opened
   */
  check?: Check;
  /**
   * Keeps a member that fails its check, with weight 0, so that its connections may end, instead of removing it; only
   * with engine "keepalived". @default false
   */
  inhibitOnFailure?: boolean;
}
