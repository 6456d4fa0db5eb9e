import type { Scheduler } from "../components/ipvs/serviceLines";

/** The version of the shape below; it rises with every change that a reader of the old one would miss. */
export const numbersVersion = 1;

/** All that a run has measured: numbers.json. docs/report.md describes it. */
export interface Numbers {
  version: typeof numbersVersion;
  source: Source;
  distribution?: Distributions;
  latency?: Latency[];
  comparison?: Compared;
}

/** What the numbers were made by, and where. */
export interface Source {
  /** When it began, ISO 8601. */
  date: string;
  /** As it was typed. */
  command: string;
  ipvsLab: string;
  stack: string;
  /** The director, on which all was measured but for the comparison's client. */
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
  /** One for each that this kernel has. */
  schedulers: Distribution[];
  /** Those that it does not have. */
  missing: Scheduler[];
}

/** Who got the connections of one scheduler. */
export interface Distribution {
  scheduler: Scheduler;
  promise: string;
  /** "exactly": each share as promised. "on average": chance alone explains the difference. */
  holds: "exactly" | "on average";
  connections: number;
  members: Share[];
  /** Where a client or a destination keeps its member: how many did when they came again. */
  kept?: { of: number; same: number };
  /** Where it holds on average: how likely chance alone is to be as far off, 0 to 1. */
  chance?: number;
  isKept: boolean;
}

export interface Share {
  name: string;
  weight: number;
  expected: number;
  got: number;
}

export const ways = ["direct", "masquerade", "gate", "ipip", "redirect"] as const;
/** How a request came to the member: without IPVS, by a forwarding method, by destination NAT. */
export type Way = (typeof ways)[number];

/** How long requests by one way took, in milliseconds, of those that were answered. */
export interface Latency {
  way: Way;
  requests: number;
  failed: number;
  /** Nearest rank. Missing where nothing was answered. */
  times?: Times;
  /** Each of `times` divided by that of the direct requests. */
  ratios?: Times;
  /** Between what the ratio of the medians lies with 95 % confidence, from turn to turn. */
  medianRatio?: { from: number; to: number };
  /** Every one of them by turns, in each of which every way was measured for a moment. */
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

/** How many requests each member answered, and how many failed at each, by their names. */
export interface Outcome {
  answered: Record<string, number>;
  failed: Record<string, number>;
  /** Why, in curl's words. */
  errors: Record<string, number>;
}
