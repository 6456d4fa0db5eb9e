import type { ChangeMessage, MemberSample } from "../../../protocol.js";
import type { Role } from "../state/directors.js";

/** A member's status: the kernel's, or "drained" when it gets no new connections. */
export type MemberStatus = MemberSample["state"] | "drained";

const states: Record<MemberStatus, string> = {
  up: "up",
  down: "down",
  drained: "drained",
  absent: "not in the table",
  unknown: "not known yet",
};

const change: Record<ChangeMessage["state"], string> = {
  previewing: "Pulumi is working out what would change …",
  previewed: "This is what would change. Nothing has been touched yet.",
  refused: "Refused. Nothing has been touched.",
  applying: "Pulumi is making the change …",
  applied: "Done: the lab is as you asked.",
  failed: "The change did not succeed.",
  dropped: "Discarded. Nothing has been touched.",
};

const roles: Record<Role, string> = {
  holder: "has the address",
  next: "takes over next",
  standby: "stands by",
  none: "does not have the address",
  cut: "no link: cannot take over",
  off: "off",
  stopping: "shutting down …",
  starting: "starting …",
  unreached: "does not answer",
};

/** A description of each of the kernel's schedulers. */
const schedulers: Record<string, string> = {
  rr: "each server in turn",
  wrr: "in turn, as often as its weight says",
  lc: "the server with the fewest connections",
  wlc: "the fewest connections for its weight",
  lblc: "by destination, unless that server is busy",
  lblcr: "by destination, among a set of servers",
  dh: "by the destination's address",
  sh: "by the client's address: always the same server",
  sed: "the shortest expected delay",
  nq: "an idle server if there is one",
  fo: "the heaviest server that is there",
  ovf: "the heaviest server until it is full",
  mh: "by a hash that changes little with the servers",
  twos: "the better of two picked at random",
};

export const english = {
  title: "IPVS lab",
  live: "Live",
  connecting: "Connecting …",
  lost: "Connection lost",
  lostHelp:
    "What you see is what was known last. Trying again by itself; if `npm run watch` was started anew, open the address that it prints.",
  waiting: "Waiting for the lab …",
  language: "Language",
  theme: "Colours",
  themes: { auto: "as the system", light: "light", dark: "dark" },
  largeText: "Large text",
  skip: "Skip to the servers",
  stack: (name: string) => `stack ${name}`,
  cost: (part: string, director: string) => `Watching costs ${part} of one core of ${director}.`,

  topology: "The way of a packet",
  topologyOf: (clients: number, url: string, director: string) =>
    `${clients} ${clients === 1 ? "client asks" : "clients ask"} ${url} of ${director}.`,
  clients: "Clients",
  director: "director",
  roles,
  cableIn: "cable in",
  cableOut: "cable out",
  connectionsIn: (count: string) => `${count} connections`,
  synchronised: "synchronised",
  synchronise: "the directors synchronise their connections",
  redirection: "static redirection",
  redirectedTo: (member: string) => `all to ${member}`,
  forwarding: {
    masquerade: "masquerade",
    gate: "direct routing",
    ipip: "IP-in-IP tunnel",
  } as Record<string, string>,
  ways: {
    masquerade: "masquerade: the answer returns through the director",
    gate: "direct routing: the server answers the client itself",
    ipip: "tunnel: packed up to the server, which answers the client itself",
    redirected: "static redirection: there and back through the director",
  },
  request: "request",
  answer: "answer",
  weight: "Weight",
  weightIs: (weight: string) => `weight ${weight}`,
  groupOf: (count: string) => `${count} servers`,
  states,

  answers: "Who answered",
  answersHelp: "One bead for each answer, in order; the newest is last.",
  balanced: "Balanced",
  ipv6: "Balanced over IPv6",
  redirected: "Static redirection",
  noLoad: "No load. Start one to see who answers.",
  noRedirectedLoad: "Not asked by this load.",
  lastAnswers: (count: number, parts: string) => `Last ${count}: ${parts}`,
  inOrder: (order: string) => `In order, oldest first: ${order}`,
  lostAnswer: "lost",
  strangerAnswer: "unknown",
  aSecond: "a second",
  answeredRate: "answers/s",
  lostIn: "lost in 10 s",
  median: "median ms",
  shares: "Share of the last 10 seconds",
  others: (count: string) => `${count} others`,
  nothing: "nothing yet",

  chart: "Over the last 90 seconds",
  metrics: { answers: "Answers/s", connections: "New connections/s", active: "Active connections" },
  chartOf: (metric: string, parts: string) => `${metric}, now: ${parts}`,
  metric: "Figure",

  members: "Servers",
  columns: {
    name: "Server",
    state: "State",
    weight: "Weight",
    connections: "New conn./s",
    answers: "Answers/s",
    active: "Active",
    inactive: "Inactive",
    forwarding: "Forwarding",
    where: "Where",
  },
  find: "Find a server",
  order: "Order",
  orders: { trouble: "trouble first", program: "as declared", answers: "most answers first" },
  andMore: (count: string) => `and ${count} more`,
  noneFound: "No server has that in its name.",
  check: "Health check",
  checkPasses: (check: string) => `${check}: passes`,
  checkFails: (check: string) => `${check}: fails`,
  checkDrains: (check: string) => `${check}: fails, weight 0`,
  counts: (all: string, up: string, others: string) => `${all} servers: ${up} up${others}`,

  load: "Load",
  client: "From",
  rate: "Requests a second",
  concurrency: "At once",
  lasting: "Connections kept open",
  alsoIpv6: "Also over IPv6",
  alsoRedirected: "Also to the static redirection",
  start: "Start",
  stop: "Stop",
  adjust: "Change",
  running: (rate: string, client: string) => `${rate} requests a second from ${client}`,
  idle: "No load is running.",
  ended: (reason: string) => `The load ended: ${reason}`,

  machines: "Machines",
  machinesHelp: (stack: string) =>
    `Done at once, not through Pulumi. \`npm run up -- --stack ${stack}\` starts again what is stopped.`,
  isClient: "client",
  powers: {
    on: "on",
    off: "off",
    stopping: "shutting down …",
    starting: "starting …",
    unknown: "not known yet",
  },
  pull: "Pull the cable",
  plug: "Plug in the cable",
  turnOff: "Shut down",
  turnOn: "Turn on",
  stopServer: "Stop the server",
  startServer: "Start the server",
  actionOn: (action: string, name: string) => `${action}: ${name}`,

  settings: "Change the lab",
  scheduler: "Scheduler",
  schedulers,
  forwardingLabel: "Forwarding",
  isRunning: "Running",
  settingOf: (setting: string, member: string) => `${setting} of ${member}`,
  yes: "running",
  no: "stopped",
  becomes: (from: string, to: string) => `${from} → ${to}`,
  preview: "Preview",
  reset: "Reset",
  unchanged: "Change something, then preview it.",
  changed: (count: number) => `${count} ${count === 1 ? "change" : "changes"} to preview`,
  underWay: "A change is under way.",
  show: "Show",

  change,
  changeTitle: "Change the lab",
  output: "What Pulumi says",
  noOutput: "Nothing yet.",
  apply: "Apply",
  discard: "Discard",
  close: "Close",
  hide: "Hide",

  events: "What happened",
  noEvents: "Nothing yet.",
  memberIs: (name: string, state: string) => `${name}: ${state}`,
  membersAre: (count: string, state: string) => `${count} servers: ${state}`,
  loadStarted: (order: string) => `Load: ${order}`,
  loadStopped: "The load has stopped",
  schedulerIs: (scheduler: string) => `Scheduler: ${scheduler}`,
  forwardingIs: (methods: string) => `Forwarding: ${methods}`,
  since: (seconds: string) => `+${seconds}`,
  pulled: (machine: string) => `${machine}’s cable was pulled`,
  pluggedIn: (machine: string) => `${machine}’s cable is in again`,
  turnedOff: (machine: string) => `${machine} shuts down`,
  turnedOn: (machine: string) => `${machine} starts`,
  isOff: (machine: string) => `${machine} is off`,
  isOn: (machine: string, stack: string) =>
    `${machine} is on; what it lost comes back with \`npm run up -- --stack ${stack}\``,
  notReached: (machine: string) => `${machine} no longer answers over SSH`,
  reached: (machine: string) => `${machine} answers over SSH again`,
  movedTo: (machine: string) => `The address moved to ${machine}`,
  bothHave: (machines: string) => `Several have the address: ${machines}`,
  oneHas: (machine: string, seconds: string) =>
    `${machine} alone has the address, after ${seconds}`,
  serverStopped: (member: string) => `The web server of ${member} was stopped`,
  serverStarted: (member: string) => `The web server of ${member} was started`,
  takenOut: (member: string, check: string) =>
    `${member}: taken out by its health check (${check})`,
  requestsLost: (count: number) =>
    count === 0 ? "No request lost" : `${count} ${count === 1 ? "request" : "requests"} lost`,
  answersAgain: (seconds: string) => `Answers again, after ${seconds} without any`,
  connectionsAlive: (alive: number, all: number) => `${alive} of ${all} open connections live on`,
  actionFailed: (name: string, why: string) => `${name}: ${why}`,
  serviceGone: "The service is not in the kernel's table",
};

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

/** All texts of the page in one language. A text that is missing in another language does not compile. */
export type Text = Widened<typeof english>;
