/**
 * What the page and its server tell each other. The server sends Messages as server-sent events on
 * GET /events (each `data:` one JSON Message); the page sends the orders below as JSON with POST.
 */

/** Milliseconds since the epoch, on the computer that watches. */
export type Time = number;

/** Which address a request asks: that of the virtual service, or that of the static redirection. */
export type Way = "balanced" | "redirected";

/** The stack as it is drawn. */
export interface Topology {
  stack: string;
  /** The machine that balances. */
  director: string;
  /** The machines that can make requests. */
  clients: string[];
  service: {
    /** "http://10.10.10.100:80/" */
    url: string;
    protocol: string;
    scheduler: string;
  };
  /** In the order of the program; a message names a member by its place in here. */
  members: Member[];
  redirect?: {
    url: string;
    /** The place of the member that gets everything. */
    member: number;
  };
  /** What can be changed, through Pulumi. */
  settings: Setting[];
}

export interface Member {
  name: string;
  address: string;
  port: number;
  /** "masquerade", "gate" or "ipip", as the kernel has it. */
  forwarding: string;
  /** The machine that it is on, and its network namespace there, where the stack knows. */
  machine?: string;
  namespace?: string;
}

/** A value of the stack's settings that the page can change. */
export interface Setting {
  /** Its path in the stack's settings: "scheduler", "backend1.weight", "moreBackends[0].running". */
  path: string;
  what: "scheduler" | "forwarding" | "weight" | "running";
  /** The place of the member that it is of; none for the service's own. */
  member?: number;
  value: string | number | boolean;
  /** What it may be, where those are words. */
  allowed?: string[];
}

/** The kernel's view of one member at one moment. */
export interface MemberSample {
  /** "up" answers; "down" does not; "absent" is not in the kernel's table; "unknown" was not asked yet. */
  state: "up" | "down" | "absent" | "unknown";
  weight: number;
  active: number;
  inactive: number;
  /** New connections a second since the sample before. */
  connections: number;
}

export interface Sample {
  type: "sample";
  at: Time;
  /** The kernel's scheduler now; none where the service is not in its table. */
  scheduler?: string;
  /** By the members' places. */
  members: MemberSample[];
  /** The part of one core of the director that sampling costs, 0 to 1. */
  cost: number;
}

/** Answers, in the order in which they came; some tens of milliseconds of them at a time. */
export interface AnswersMessage {
  type: "answers";
  at: Time;
  way: Way;
  /** The number of the first of them since the load began, from 0. */
  first: number;
  /** Who answered: a member's place, or -1 for a request that failed, -2 for an answer of nobody known. */
  who: number[];
  /** How long each took, ms. */
  took: number[];
}

export interface LoadOrder {
  /** One of the topology's clients. */
  client: string;
  /** Requests a second to each address, 1 to 2000. */
  rate: number;
  /** How many at once, 1 to 50. */
  concurrency: number;
  /** Also to the static redirection, the same. */
  redirected: boolean;
}

export interface LoadMessage {
  type: "load";
  /** None while there is no load. */
  load?: LoadOrder;
  /** Why it ended, where nobody asked for that. */
  error?: string;
}

/** A change of settings on its way through Pulumi. */
export interface ChangeMessage {
  type: "change";
  id: number;
  settings: Record<string, string | number | boolean>;
  /**
   * "previewing", then "previewed" (waits for a yes or a no) or "refused"; after a yes "applying", then
   * "applied" or "failed"; after a no "dropped".
   */
  state: "previewing" | "previewed" | "refused" | "applying" | "applied" | "failed" | "dropped";
  /** What Pulumi has to say: the preview's differences, then the progress, then an error. Plain text. */
  lines: string[];
}

export interface TopologyMessage {
  type: "topology";
  topology: Topology;
}

export type Message = TopologyMessage | Sample | AnswersMessage | LoadMessage | ChangeMessage;

/*
 * The orders, each POST with a JSON body, answered 204, or 4xx with { "error": sentence }:
 *   /load           LoadOrder         starts the load, or changes it
 *   /load/stop      {}
 *   /changes        { settings }      previews a change; one at a time (409 otherwise)
 *   /changes/apply  { id }            the yes
 *   /changes/drop   { id }            the no
 */

/** What the server shows and what it can be told; the lab is one, a recording in a test another. */
export interface Source {
  /** Sends what is known now at once, then what comes. @returns What ends it. */
  subscribe(send: (message: Message) => void): () => void;
  /** Each rejects with an Error whose message is shown. */
  startLoad(order: LoadOrder): Promise<void>;
  stopLoad(): Promise<void>;
  preview(settings: Record<string, string | number | boolean>): Promise<void>;
  apply(id: number): Promise<void>;
  drop(id: number): Promise<void>;
  close(): Promise<void>;
}
