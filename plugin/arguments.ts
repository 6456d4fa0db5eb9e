import * as pulumi from "@pulumi/pulumi";

/**
 * The component host makes a schema for all languages from these types. It supports no unions (choices of words are
 * strings here, and checked when the component is made), no components, and no fields from Pick and Omit. It shows the
 * text of a JSDoc without its tags.
 */

/** A machine that SSH logs in to. */
export interface Login {
  /** Name or address that SSH connects to. */
  host: pulumi.Input<string>;
  /** Default: 22. */
  port?: pulumi.Input<number>;
  /** A user who is root or may run `sudo -n`. */
  user: pulumi.Input<string>;
  /** The private key itself, not its path, and without a passphrase. No agent and no certificate is used. */
  privateKey: pulumi.Input<string>;
  /** The host's public key as in known_hosts, "ssh-ed25519 AAAA…": it is pinned. */
  hostKey: pulumi.Input<string>;
}

/** An SSH login to a machine. */
export interface Ssh extends Login {
  /** A machine to go through (a jump host), with a key and a pinned host key of its own. */
  bastion?: Login;
}

/** A machine that exists: Debian or a relative of it. */
export interface Machine {
  /** The SSH login to it. */
  ssh: Ssh;
  /** The interface of the network that is balanced, such as eth0. */
  interface: string;
  /** Its own address on that interface, with prefix: 192.0.2.10/24. */
  address: string;
  /** Its IPv6 address there, if it has one, with prefix: 2001:db8::10/64. */
  address6?: string;
}

/** A machine that gets a web server with a page, for example to try a load balancer. */
export interface WebServer extends Machine {
  /** The text that it answers with. */
  page: pulumi.Input<string>;
  /**
   * "address": on the machine's own address alone. "any": on every address, which a member with forwarding "gate" or
   * "ipip" needs. Default: "address".
   */
  listen?: string;
  /** "apache" or "nginx". Default: "apache". */
  kind?: string;
  /** True to run the web server; a stopped one keeps its files. Default: true. */
  running?: boolean;
}

/** The encapsulation of a tunnel. */
export interface Tunnel {
  /** "ipip", "gue" or "gre". Default: "ipip". */
  type?: string;
  /** The real server's UDP port, 1 to 65535; required with "gue", not allowed with other types. */
  port?: number;
  /** "nocsum", "csum", or with "gue" also "remcsum". Default: "nocsum". */
  checksum?: string;
}

/** A health check of keepalived. */
export interface Check {
  /**
   * "tcp": a connection can be opened. "http": a page has the right status and, if given, digest. "https": the same
   * over TLS. "dns": a name server answers. "smtp": a mail server greets. "udp": a datagram is answered, or at least not
   * refused. "ping": the machine answers ICMP echo. "script": a program on the director exits with status 0.
   */
  type: string;
  /** Statuses of a right answer, 100 to 599; with "http" and "https" only. Default: 200 to 299. */
  status?: number[];
  /** Not with "ping" and "script". Default: the member's. */
  port?: number;
  /** The path of the page; with "http" and "https" only. Default: "/". */
  path?: string;
  /** MD5 of the right page, 32 hexadecimal digits; with "http" and "https" only. */
  digest?: string;
  /** The virtual host of the request; with "http" and "https" only. Default: the member's address. */
  host?: string;
  /** The name that is asked for; with "dns" only. Default: ".". */
  name?: string;
  /** "A", "NS", "CNAME", "SOA", "MX", "TXT" or "AAAA"; with "dns" only. Default: "SOA". */
  recordType?: string;
  /** The name by which the director introduces itself; with "smtp" only. */
  helo?: string;
  /** The datagram that is sent, as hexadecimal digits; with "udp" only. Default: random bytes. */
  payload?: string;
  /** True if the datagram must be answered; with "udp" only. Default: false. */
  requireReply?: boolean;
  /** The bytes with which the answer must begin, as hexadecimal digits, "x" for any; with "udp" only. */
  reply?: string;
  /**
   * The absolute path of a program on the director, with arguments; required with "script", not allowed with other
   * types. It runs as root, so only root may be able to change it or a folder above it.
   */
  command?: string;
  /** The timeout of an answer, 1 to 3600 seconds. Default: 2, or 4 with "udp" if no answer is required. */
  timeout?: number;
  /** The time from one check to the next, 1 to 3600 seconds. Default: 2. */
  interval?: number;
  /** Retries after a failure before a member is taken out, 0 to 100. Default: 1. */
  retries?: number;
  /** The time from a failure to the next retry, 1 to 3600 seconds. Default: 1. */
  retryDelay?: number;
}

/** Keeps a client with the real server that it got first. */
export interface Persistence {
  /** The time after a client's last connection, 1 to 2678400 seconds. Default: 360. */
  timeout?: number;
  /** Clients of one network stay together: an IPv4 mask such as "255.255.255.0". */
  netmask?: string;
  /** "sip": calls stay together by their Call-ID beside the client's address; UDP only. */
  engine?: string;
}

/** A server that answers while too few members are alive. */
export interface SorryServer {
  /** An address of the service's family. */
  address: string;
  /** Its port, 1 to 65535; with "gate" and "ipip" the service's. */
  port: number;
  /**
   * The forwarding method: "masquerade", "gate" or "ipip". Default: the members' method, if they agree, the port is the
   * service's and the server is not the director itself; else "masquerade".
   */
  forwarding?: string;
}

/** One member of the service. */
export interface Member {
  /** Its name, unique in a load balancer. */
  name: string;
  /** Its IPv4 or IPv6 address, for a server that runs already. Exactly one of `address` and `webServer` is required. */
  address?: string;
  /** A machine that gets a web server. Exactly one of `address` and `webServer` is required. */
  webServer?: WebServer;
  /** Its port. Default: the service's. */
  port?: number;
  /** Its share of the connections, 0 to 65535; with 0 it gets no new ones. Default: 1. */
  weight?: number;
  /**
   * "masquerade": the director translates addresses, and answers go back through it. "gate": direct routing. "ipip": a
   * tunnel. With these two a member answers clients itself and must have the virtual address; a member with `webServer`
   * gets it. Default: "masquerade".
   */
  forwarding?: string;
  /** The encapsulation of its tunnel; only with forwarding "ipip". Default: IP in IP. */
  tunnel?: Tunnel;
  /** keepalived's health check of it; only with engine "keepalived". */
  check?: Check;
  /** True to keep a member that fails its check, with weight 0; only with engine "keepalived". Default: false. */
  inhibitOnFailure?: boolean;
  /** True to leave a weight that somebody has set by hand; only with engine "ipvsadm". Default: false. */
  keepWeight?: boolean;
  /** Above so many connections it gets no new ones; 0 is no limit. Default: 0. */
  upperThreshold?: number;
  /** Below so many connections it gets new ones again; 0 lets the kernel choose. Default: 0. */
  lowerThreshold?: number;
}

/** The arguments of a load balancer. */
export interface LoadBalancerArgs {
  /** The machine that balances the load. */
  director: Machine;
  /**
   * The program that writes the service into the kernel. "ipvsadm": this program, which does not check members.
   * "keepalived": a keepalived that checks them. Default: "ipvsadm".
   */
  engine?: string;
  /** The virtual address that clients use, such as 192.0.2.100 or 2001:db8::100. */
  virtualAddress: string;
  /** The length of its prefix. Default: that of the director's address, or the longest. */
  prefix?: number;
  /** The port that clients use, 1 to 65535. */
  port: number;
  /** "tcp", "udp" or "sctp". Default: "tcp". */
  protocol?: string;
  /** The scheduler: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh or twos. Default: "wlc". */
  scheduler?: string;
  /** Flags of the scheduler: sh-fallback, sh-port, mh-fallback, mh-port, flag-1 to flag-3. */
  schedulerFlags?: string[];
  /** Keeps a client with the member that it got first. Default: off. */
  persistence?: Persistence;
  /** True to schedule each packet by itself; UDP only. Default: false. */
  onePacket?: boolean;
  /** The members. */
  realServers: Member[];
  /** The weight that must be alive, 1 to 2147483647; only with engine "keepalived". Default: 1. */
  quorum?: number;
  /** How far from the quorum it is lost and won, less than the quorum; only with engine "keepalived". Default: 0. */
  hysteresis?: number;
  /** True if members have to pass a check when keepalived starts, too; only with engine "keepalived". Default: false. */
  alpha?: boolean;
  /** True if keepalived notifies that members are gone when it stops; only with engine "keepalived". Default: false. */
  omega?: boolean;
  /**
   * A server that answers instead of all members while less than the quorum is alive; only with engine "keepalived".
   */
  sorryServer?: SorryServer;
  /** The time that connections of a leaving member have to end, 0 to 3600 seconds; 0 cuts them. Default: 30. */
  drainTimeout?: number;
  /** True to leave members' weights that somebody has set by hand; only with engine "ipvsadm". Default: false. */
  keepWeights?: boolean;
  /** "exclusive" removes members that somebody else added to the service; "shared" leaves them. Default: "shared". */
  members?: string;
  /** True to take over an address and a service that exist already, whoever made them. Default: false. */
  adopt?: boolean;
  /** True to purge, on destroy, the packages that had to be installed. Default: false. */
  purgePackages?: boolean;
}
