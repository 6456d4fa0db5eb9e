/**
 * The messages between the page and its server. The server sends Messages as server-sent events on GET /events (each
 * `data:` is one JSON Message). The page sends the requests listed below as JSON with POST.
 */

/** Milliseconds since the epoch, on the computer that runs the server. */
export type Time = number;

/** The address that a request asks: the virtual service's, its address of IPv6, or the static redirection's. */
export type Way = "balanced" | "ipv6" | "redirected";

/** The stack as it is drawn. */
export interface Topology {
  stack: string;
  /** The machine that balances; the first of them, if several share the virtual address. */
  director: string;
  /** The directors that take over, if several share the virtual address. */
  moreDirectors?: string[];
  /** All machines, in a lab of more than two. Messages have their states, and the page has controls for them. */
  machines?: string[];
  /** The machines that can make requests. */
  clients: string[];
  service: {
    /** "http://10.10.10.100:80/". */
    url: string;
    protocol: string;
    scheduler: string;
  };
  /** In the order of the program. Messages refer to a member by its index here. */
  members: Member[];
  /** The same service over IPv6, with the same members. */
  ipv6?: { url: string };
  redirect?: {
    url: string;
    /** The index of the member that gets all requests. */
    member: number;
  };
  /** keepalived's health check of each member, when the directors' engine is keepalived. */
  check?: { type: string };
  /** The settings that can be changed through Pulumi. */
  settings: Setting[];
}

export interface Member {
  name: string;
  address: string;
  port: number;
  /** "masquerade", "gate" or "ipip", as the kernel has it. */
  forwarding: string;
  /** Its declared weight. */
  weight?: number;
  /** The machine that it is on, and its network namespace there, if the stack knows them. */
  machine?: string;
  namespace?: string;
}

/** A value of the stack's settings that the page can change. */
export interface Setting {
  /** Its path in the stack's settings: "scheduler", "backend1.weight", "moreBackends[0].running". */
  path: string;
  what: "scheduler" | "forwarding" | "weight" | "running";
  /** The index of its member; undefined for the service's own settings. */
  member?: number;
  value: string | number | boolean;
  /** The allowed values, for a setting that is a word. */
  allowed?: string[];
}

/** The kernel's view of one member at one moment. */
export interface MemberSample {
  /**
   * "up": it answers. "down": it does not. "absent": it is not in the kernel's table. "unknown": it was not asked yet.
   */
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
  /** The kernel's present scheduler; undefined when the service is not in its table. */
  scheduler?: string;
  /** In the members' order. */
  members: MemberSample[];
  /** The share of one core of the director that sampling uses, 0 to 1. */
  cost: number;
  /** The director whose table this is, if several share the virtual address: the one that has it. */
  director?: string;
}

/** A machine's power. "stopping" and "starting" are on the way to "off" and "on". */
export type Power = "on" | "off" | "stopping" | "starting" | "unknown";

export interface MachineState {
  power: Power;
  /** Only for a director. */
  director?: DirectorState;
}

/** A director as its kernel reports it. */
export interface DirectorState {
  /** False while it cannot be reached by SSH. The rest is then what was known last. */
  isReached: boolean;
  /** True when it has the virtual address. */
  hasAddress: boolean;
  /** True when the cable of the lab's network is in. */
  hasLink: boolean;
  /** The connections in its table: those that it made, and those that other directors told it of. */
  connections: number;
}

/** All machines' states, at once when one changes. */
export interface MachinesMessage {
  type: "machines";
  at: Time;
  /** In the order of the topology's machines. */
  machines: MachineState[];
}

/**
 * What can be done to the lab directly, past Pulumi: a director's cable is pulled or plugged in, a machine is turned off
 * or on, a member's web server is stopped or started.
 */
export type ActionName = "pull" | "plug" | "off" | "on" | "stop" | "start";

export interface ActionRequest {
  action: ActionName;
  /** The name of a machine; of a member for "stop" and "start". */
  on: string;
}

export interface ActionMessage extends ActionRequest {
  type: "action";
  id: number;
  at: Time;
  state: "doing" | "done" | "failed";
  /** Why it failed. */
  error?: string;
}

/** Answers, in the order in which they came. A message has those of some tens of milliseconds. */
export interface AnswersMessage {
  type: "answers";
  at: Time;
  way: Way;
  /** The number of the first of them since the load began, from 0. */
  first: number;
  /** The member that answered, by its index; -1 for a failed request, -2 for an answer by no known member. */
  who: number[];
  /** The time of each, ms. */
  took: number[];
}

/** The connections that a load keeps open, each with one request after the other. Sent when a number changes. */
export interface LastingMessage {
  type: "lasting";
  at: Time;
  /** Connections that have had an answer and are not broken. */
  open: number;
  /** Those of them whose answer is late. */
  waiting: number;
  /** Connections that have broken off since the load began. */
  broken: number;
}

export interface LoadRequest {
  /** One of the topology's clients. */
  client: string;
  /** Requests a second to each address, 1 to 2000. */
  rate: number;
  /** The most requests under way at the same time, 1 to 50. */
  concurrency: number;
  /** True to send the same requests to the static redirection. */
  redirected: boolean;
  /** Connections to keep open besides, 0 to 20. @default 0 */
  lasting?: number;
  /** True to send the same requests to the service's address of IPv6. */
  ipv6?: boolean;
}

export interface LoadMessage {
  type: "load";
  /** Undefined while there is no load. */
  load?: LoadRequest;
  /** The reason why it ended by itself. */
  error?: string;
}

/** A change of settings on its way through Pulumi. */
export interface ChangeMessage {
  type: "change";
  id: number;
  settings: Record<string, string | number | boolean>;
  /**
   * "previewing", then "previewed" (waits for a yes or a no) or "refused"; after a yes "applying", then "applied" or
   * "failed"; after a no "dropped".
   */
  state: "previewing" | "previewed" | "refused" | "applying" | "applied" | "failed" | "dropped";
  /** Pulumi's output as plain text: the preview's differences, then the progress, then an error. */
  lines: string[];
}

export interface TopologyMessage {
  type: "topology";
  topology: Topology;
}

export type Message =
  | TopologyMessage
  | Sample
  | MachinesMessage
  | AnswersMessage
  | LastingMessage
  | LoadMessage
  | ChangeMessage
  | ActionMessage;

/*
 * The requests, each a POST with a JSON body, answered with 204, or 4xx and { "error": sentence }:
 * /load           LoadRequest       starts the load, or changes it
 * /load/stop      {}
 * /changes        { settings }      previews a change; one at a time (409 otherwise)
 * /changes/apply  { id }            the yes
 * /changes/drop   { id }            the no
 * /actions        ActionRequest     does it, which an ActionMessage reports
 */

/**
 * The lab behind the server: the messages that it sends and the requests that it takes. Tests use a recording instead.
 */
export interface Source {
  /** Sends the present state at once, then every change. @returns A function that ends this. */
  subscribe(send: (message: Message) => void): () => void;
  /** Each of these rejects with an Error whose message the page shows. */
  startLoad(request: LoadRequest): Promise<void>;
  stopLoad(): Promise<void>;
  preview(settings: Record<string, string | number | boolean>): Promise<void>;
  apply(id: number): Promise<void>;
  drop(id: number): Promise<void>;
  act(request: ActionRequest): Promise<void>;
  close(): Promise<void>;
}
