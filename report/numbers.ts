import type { Scheduler } from "../components/ipvs/schedulers";

/** The version of this format. It rises with every change that a reader of the old format would miss. */
export const numbersVersion = 2;

/** The results of a run, as in numbers.json. docs/report.md describes it. */
export interface Numbers {
  version: typeof numbersVersion;
  source: Source;
  distribution?: Distributions;
  latency?: Latency[];
  comparison?: Compared;
}

/** The versions, the machine and the command that the numbers come from. */
export interface Source {
  /** The start of the run, ISO 8601. */
  date: string;
  /** The command as it was typed. */
  command: string;
  ipvsLab: string;
  stack: string;
  /** The director. Everything was measured on it, except for the comparison's client. */
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
