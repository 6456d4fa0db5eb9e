import * as pulumi from "@pulumi/pulumi";

/**
 * The component host makes a schema of these types for all languages. It takes no unions (words of a
 * list are strings here, and checked when the component is made), no components, and knows nothing of
 * what Pick and Omit take from other types. Of a JSDoc it shows the text without its tags.
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

/** How SSH reaches a machine. */
export interface Ssh extends Login {
  /** A machine to go through (a jump host), with a key and a pinned host key of its own. */
  bastion?: Login;
}

/** A machine that exists: Debian or a relative of it. */
export interface Machine {
  /** How SSH reaches it. */
  ssh: Ssh;
  /** The interface of the network that is balanced, such as eth0. */
  interface: string;
  /** Its own address on that interface, with prefix: 192.0.2.10/24. */
  address: string;
  /** Its IPv6 address there, if it has one, with prefix: 2001:db8::10/64. */
  address6?: string;
}

/** A machine that gets a web server with a page, such as to try a load balancer out. */
export interface WebServer extends Machine {
  /** The text that it answers with. */
  page: pulumi.Input<string>;
  /**
   * "address": on the machine's own address alone. "any": on every address, as a member must with
   * forwarding "gate" and "ipip". Default: "address".
   */
  listen?: string;
  /** "apache" or "nginx". Default: "apache". */
  kind?: string;
  /** Whether the web server runs; one that does not keeps its files. Default: true. */
  running?: boolean;
}

/** How a tunnel packs what it carries. */
export interface Tunnel {
  /** "ipip", "gue" or "gre". Default: "ipip". */
  type?: string;
  /** The real server's UDP port, with "gue" only, and needed there. */
  port?: number;
  /** "nocsum", "csum", or with "gue" also "remcsum". Default: "nocsum". */
  checksum?: string;
}

/** How keepalived finds out whether a member lives. */
export interface Check {
  /**
   * "tcp": a connection can be opened. "http": a page comes with the right status and, where it is
   * given, digest. "script": a program on the director ends with status 0.
   */
  type: string;
  /** Statuses of a right answer, 100 to 599; with "http" only. Default: 200 to 299. */
  status?: number[];
  /** Not with "script". Default: the member's. */
  port?: number;
  /** What is asked for; with "http" only. Default: "/". */
  path?: string;
  /** MD5 of the page that is right, 32 hexadecimal digits; with "http" only. */
  digest?: string;
  /** Name of the virtual host that is asked; with "http" only. Default: the member's address. */
  host?: string;
  /**
   * A program on the director by its absolute path, and words for it; with "script" only, and needed
   * there. It runs as root, so only root may be able to change it or a folder that it is in.
   */
  command?: string;
  /** Seconds that an answer may take, 1 to 3600. Default: 2. */
  timeout?: number;
  /** Seconds from one check to the next, 1 to 3600. Default: 2. */
  interval?: number;
  /** After a failure, how many more, a second apart, before a member is taken out, 0 to 100. Default: 1. */
  retries?: number;
}

/** Keeps a client with the real server that it got first. */
export interface Persistence {
  /** Seconds after a client's last connection, 1 to 2678400. Default: 360. */
  timeout?: number;
  /** Clients of one network stay together: an IPv4 mask such as "255.255.255.0". */
  netmask?: string;
  /** "sip": a call stays, by its Call-ID beside the client's address; UDP only. */
  engine?: string;
}

/** A server that answers as long as too few members live. */
export interface SorryServer {
  /** Of the service's address family. */
  address: string;
  /** The port there, 1 to 65535; with "gate" and "ipip" the service's. */
  port: number;
  /**
   * How packets reach it: "masquerade", "gate" or "ipip". Default: as the members, where these agree, the port is
   * the service's, and it is not the director itself; else "masquerade".
   */
  forwarding?: string;
}

/** One member of the service. */
export interface Member {
  /** What it is called, once in a load balancer. */
  name: string;
  /** Its IPv4 or IPv6 address, where it runs already. Exactly one of `address` and `webServer`. */
  address?: string;
  /** A machine that is given a web server. Exactly one of `address` and `webServer`. */
  webServer?: WebServer;
  /** Its port. Default: the service's. */
  port?: number;
  /** Share of the connections, 0 to 65535; 0 takes no new ones. Default: 1. */
  weight?: number;
  /**
   * "masquerade": the director translates addresses, and answers go back through it. "gate": direct
   * routing. "ipip": through a tunnel. With these two a member answers clients itself and must have the
   * virtual address; one with `webServer` is made ready for that. Default: "masquerade".
   */
  forwarding?: string;
  /** How a tunnel packs what it carries; only with forwarding "ipip". Default: IP in IP. */
  tunnel?: Tunnel;
  /** How keepalived finds out whether it lives; only with engine "keepalived". */
  check?: Check;
  /** One that fails its check stays with weight 0; only with engine "keepalived". Default: false. */
  inhibitOnFailure?: boolean;
  /** Leaves its weight as somebody sets it by hand; only with engine "ipvsadm". Default: false. */
  keepWeight?: boolean;
  /** No new connections above so many; 0 is no limit. Default: 0. */
  upperThreshold?: number;
  /** New connections again below so many; 0 lets the kernel choose. Default: 0. */
  lowerThreshold?: number;
}

/** What a load balancer is made of. */
export interface LoadBalancerArgs {
  /** The machine that balances the load. */
  director: Machine;
  /**
   * Who writes the service into the kernel. "ipvsadm": this program, which does not look whether members
   * live. "keepalived": a keepalived that checks them. Default: "ipvsadm".
   */
  engine?: string;
  /** The virtual address that clients use, such as 192.0.2.100 or 2001:db8::100. */
  virtualAddress: string;
  /** Length of its prefix. Default: that of the director's address, or the longest. */
  prefix?: number;
  /** The port that clients use, 1 to 65535. */
  port: number;
  /** "tcp", "udp" or "sctp". Default: "tcp". */
  protocol?: string;
  /**
   * How the next member is chosen: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh or twos.
   * Default: "wlc".
   */
  scheduler?: string;
  /** What the scheduler is told besides: sh-fallback, sh-port, mh-fallback, mh-port, flag-1 to flag-3. */
  schedulerFlags?: string[];
  /** Keeps a client with the member that it got first. Default: off. */
  persistence?: Persistence;
  /** Each packet is scheduled anew; UDP only. Default: false. */
  onePacket?: boolean;
  /** The members. */
  realServers: Member[];
  /** How much weight has to live, 1 to 2147483647; only with engine "keepalived". Default: 1. */
  quorum?: number;
  /** Answers in place of all members while less than that lives; only with engine "keepalived". */
  sorryServer?: SorryServer;
  /** Seconds that connections of a leaving member get to end, 0 to 3600; 0 cuts them. Default: 30. */
  drainTimeout?: number;
  /** Leaves members' weights as somebody sets them by hand; only with engine "ipvsadm". Default: false. */
  keepWeights?: boolean;
  /** Takes over an address and a service that are there already, whoever made them. Default: false. */
  adopt?: boolean;
  /** Destroy also purges the packages that had to be installed. Default: false. */
  purgePackages?: boolean;
}
