import type { Scheduler } from "../components/ipvs/schedulers";
import type { Passed } from "../components/proof/traffic";

/** The version of this format. It rises with every change that a reader of the old format would miss. */
export const numbersVersion = 4;

/** The results of a run, as in numbers.json. docs/report.md describes it. */
export interface Numbers {
  version: typeof numbersVersion;
  source: Source;
  distribution?: Distributions;
  latency?: Latency[];
  comparison?: Compared;
  failover?: Failovers;
}

/** The versions, the machine and the command that the numbers come from. */
export interface Source {
  /** The start of the run, ISO 8601. */
  date: string;
  /** The command as it was typed. */
  command: string;
  ipvsLab: string;
  stack: string;
  /** The director. Everything was measured on it, except for the clients of the comparison and of the failovers. */
  machine: { name: string; cpus: number; memoryMiB: number; virtualization: string };
  kernel: string;
  ipvsadm: string;
  curl: string;
  webServer: string;
  /** Requests, or connections, for every scheduler, every way and every phase. */
  requests: number;
  /** Requests a second in the comparison. */
  rate: number;
}

export interface Distributions {
  /** One for each scheduler that this kernel has. */
  schedulers: Distribution[];
  /** The schedulers that this kernel does not have. */
  missing: Scheduler[];
}

/** The connections that each member got from one scheduler. */
export interface Distribution {
  scheduler: Scheduler;
  /** The expected distribution, in words. */
  expectation: string;
  /** "exactly": each share is as expected. "on average": chance alone explains the difference. */
  holds: "exactly" | "on average";
  connections: number;
  members: Share[];
  /**
   * For schedulers by client or destination: the number of repeated connections, and of those that reached the same
   * member again.
   */
  stayed?: { of: number; same: number };
  /** For schedulers that hold on average: the probability of a difference at least as large, 0 to 1. */
  chance?: number;
  isAsExpected: boolean;
}

export interface Share {
  name: string;
  weight: number;
  expected: number;
  got: number;
}

export const ways = ["direct", "masquerade", "gate", "ipip", "redirect"] as const;
/** The way of a request to the member: without IPVS, by a forwarding method, or by destination NAT. */
export type Way = (typeof ways)[number];

/** The times of the answered requests by one way, in milliseconds. */
export interface Latency {
  way: Way;
  requests: number;
  failed: number;
  /** Nearest-rank percentiles. Missing when nothing was answered. */
  times?: Times;
  /** Each of `times` divided by that of the direct requests. */
  ratios?: Times;
  /** The 95 % confidence interval of the ratio of the medians, from the turns. */
  medianRatio?: { from: number; to: number };
  /** The times of each turn. In a turn every way was measured for a moment. */
  turns: number[][];
  /** What passed the director. Only for forwarding methods, and missing when the kernel counted nothing. */
  director?: PassedDirector;
}

/**
 * What passed the director for the requests by one forwarding method, by the kernel's own counters of the service. Bytes
 * are those of IP packets with their headers. "In" comes from clients; answers that pass the director are "out".
 */
export interface PassedDirector {
  /** All requests, also those that were made only to warm up. */
  total: Passed;
  /** The same for one request: `total` divided by its connections. */
  perRequest: Omit<Passed, "connections">;
}

export interface Times {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** The balanced service and the static redirection under the same load. */
export interface Compared {
  client: string;
  balanced: { url: string; scheduler: string; members: string[] };
  redirected: { url: string; member: string };
  phases: ComparedPhase[];
}

export interface ComparedPhase {
  phase: string;
  balanced: Outcome;
  redirected: Outcome;
}

/** The number of requests that each member answered, and that failed at each, by the members' names. */
export interface Outcome {
  answered: Record<string, number>;
  failed: Record<string, number>;
  /** The number of failures for each reason, in curl's words. */
  errors: Record<string, number>;
}

/**
 * Directors that failed one after the other: the cable was pulled of the one that had the address, or with a router of
 * the one that carried most.
 */
export interface Failovers {
  /** The machine that made requests and downloads. */
  client: string;
  /** The machine that spreads connections over the directors, where several are at work at once. */
  router?: string;
  tries: FailoverTry[];
  /** Of all tries. `moved` is missing when no other director took the address in any of them. */
  moved?: Spread;
  /** Only with a router. `back` is missing when no director got connections again. */
  disturbed?: Spread;
  back?: Spread;
  silence: Spread;
  lost: Spread;
  kept: Spread;
}

/** One failover. Times are in seconds. */
export interface FailoverTry {
  /** The director whose cable was pulled. */
  from: string;
  /**
   * The one that took over, and the time from the pulled cable until it had the address. With a router those that were
   * left, separated by commas, and the time until it sent nothing to `from` any more. Missing when that did not happen.
   */
  to?: string;
  moved?: number;
  /** The longest time in which no request was answered. */
  silence: number;
  requests: number;
  lost: number;
  /** Downloads that were under way, and those of them that came whole. */
  downloads: number;
  kept: number;
  /** How long both directors had the address after the cable was back. Missing when that did not end, and with a router. */
  both?: number;
  /**
   * Only with a router: the time from the pulled cable until the last request began that was lost, or that took more
   * than half a second, before the cable was back.
   */
  disturbed?: number;
  /** Only with a router: the time from the plugged cable until it sent packets to `from` again. Missing when it did not. */
  back?: number;
  /** Only with a router: what each director carried. */
  carried?: Carried[];
}

/** What a director's kernel counted before the cable was pulled, while it was out, and after it was back. */
export interface Carried {
  director: string;
  before: Counted;
  out: Counted;
  back: Counted;
}

export interface Counted {
  /** Connections that the director took: new ones, and those that came over from another director. */
  connections: number;
  /** Packets from clients. */
  packets: number;
}

/** The median (nearest-rank), and the range. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}
