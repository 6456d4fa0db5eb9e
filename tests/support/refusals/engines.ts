import { Director, RealServer, RealServerArgs } from "../../../components";
import { Lab, Mistake, service } from "./lab";

const needs = 'needs a director with engine: "keepalived"';
const sorryServer = { address: "10.10.10.9", port: 80 };
const far = { address: "10.10.10.4" };

function withMember({ director, vip }: Pick<Lab, "director" | "vip">, member: object, args = {}) {
  return service({ director, vip }, "s", { realServers: [new RealServer("r", member)], ...args });
}

/** What a check cannot be by itself. */
const checks: [what: string, check: object, said: string][] = [
  [
    "a path of a TCP check",
    { type: "tcp", path: "/" },
    "check.path: only a check of type http or https has one; it is tcp",
  ],
  [
    "a port of a script",
    { type: "script", command: "/bin/true", port: 80 },
    "check.port: only a check of type tcp or http or https or dns or smtp or udp has one; it is script",
  ],
  [
    "a port of a ping",
    { type: "ping", port: 80 },
    "check.port: only a check of type tcp or http or https or dns or smtp or udp has one; it is ping",
  ],
  [
    "a name that TCP is to ask for",
    { type: "tcp", name: "www.example.org" },
    "check.name: only a check of type dns has one; it is tcp",
  ],
  [
    "a type of record of a page",
    { type: "http", recordType: "A" },
    "check.recordType: only a check of type dns has one; it is http",
  ],
  [
    "HELO to a name server",
    { type: "dns", helo: "lb.example.org" },
    "check.helo: only a check of type smtp has one; it is dns",
  ],
  [
    "a datagram over TCP",
    { type: "tcp", payload: "00" },
    "check.payload: only a check of type udp has one; it is tcp",
  ],
  [
    "an answer to a ping that is required anyhow",
    { type: "ping", requireReply: true },
    "check.requireReply: only a check of type udp has one; it is ping",
  ],
  [
    "the beginning of an answer from a name server",
    { type: "dns", reply: "00" },
    "check.reply: only a check of type udp has one; it is dns",
  ],
  [
    "the beginning of an answer that is not required",
    { type: "udp", requireReply: false, reply: "00" },
    "check.requireReply: false, although reply says how the answer must begin",
  ],
  [
    "a check over UDP that ends before ARP gives up",
    { type: "udp", timeout: 3 },
    "check.timeout: 3 s are over before a machine that is down is noticed: give 4 at least, or requireReply",
  ],
  [
    "a command of an HTTP check",
    { type: "http", command: "/bin/true" },
    "check.command: only a check of type script has one; it is http",
  ],
  [
    "a script without a command",
    { type: "script" },
    "check.command: missing; type script needs the program that checks",
  ],
];

/** What ipvsadm has no word for, in a lab with that engine. */
const ipvsadm: [what: string, member: RealServerArgs, args: object, said: string][] = [
  ["a quorum with ipvsadm", far, { quorum: 1 }, `quorum: ${needs}`],
  ["a hysteresis with ipvsadm", far, { hysteresis: 1 }, `hysteresis: ${needs}`],
  ["a sorry server with ipvsadm", far, { sorryServer }, `sorryServer: ${needs}`],
  ["alpha with ipvsadm", far, { alpha: true }, `alpha: ${needs}`],
  ["omega with ipvsadm", far, { omega: true }, `omega: ${needs}`],
  [
    "a check with ipvsadm",
    { ...far, check: { type: "tcp" } },
    {},
    `realServers[0] "r": check: ${needs}`,
  ],
  [
    "a member that stays with ipvsadm",
    { ...far, inhibitOnFailure: true },
    {},
    `realServers[0] "r": inhibitOnFailure: ${needs}`,
  ],
];

/** What keepalived would leave out or change, in a lab with that engine. */
const keepalived: [what: string, member: RealServerArgs, args: object, said: string][] = [
  [
    "a service without members with keepalived",
    far,
    { realServers: [] },
    "realServers: an empty list; keepalived leaves out a service without members",
  ],
  [
    "members of no weight with keepalived",
    { ...far, weight: 0 },
    {},
    "realServers: all have weight 0; keepalived needs one that may get connections",
  ],
  [
    "a quorum that is never reached",
    { ...far, weight: 3 },
    { quorum: 4 },
    "quorum: 4 is above the weights of all members together, which are 3",
  ],
  [
    "a hysteresis that is no less than the quorum",
    { ...far, weight: 3 },
    { quorum: 2, hysteresis: 2 },
    "hysteresis: 2 is not below the quorum, which is 2",
  ],
  [
    "a quorum that is never won again",
    { ...far, weight: 3 },
    { quorum: 3, hysteresis: 1 },
    "hysteresis: 1: the quorum is won at 4 then, above the weights of all members together, which are 3",
  ],
  [
    "a sorry server of another address family",
    far,
    { sorryServer: { address: "2001:db8::9", port: 80 } },
    "sorryServer.address: 2001:db8::9 is of another address family than the service's clients",
  ],
  [
    "a sorry server at the virtual address",
    far,
    { sorryServer: { address: "10.10.10.110", port: 80 } },
    "sorryServer.address: 10.10.10.110 is the virtual address itself",
  ],
  [
    "a sorry server that is a member",
    { ...far, port: 80 },
    { sorryServer: { ...far, port: 80 } },
    "sorryServer: 10.10.10.4:80 is a member already, as realServers[0]",
  ],
  [
    "a sorry server at another port by direct routing",
    { ...far, forwarding: "gate" },
    { port: 80, sorryServer: { ...sorryServer, port: 8080, forwarding: "gate" } },
    "sorryServer.port: 8080 cannot be had with forwarding gate, which leaves the service's: 80",
  ],
  [
    "a sorry server at a loopback address",
    far,
    { sorryServer: { address: "127.0.0.1", port: 8088 } },
    "sorryServer.address: 127.0.0.1 by masquerade answers nobody but the director itself; its own address 10.10.10.9 does it, or else localClients: true on the director says that it is meant so",
  ],
  [
    "a member of UDP without a check",
    far,
    { protocol: "udp" },
    'realServers[0] "r": check: missing; the default, a connection over TCP, says nothing of a service over udp',
  ],
  [
    "a question for a name without a port in a service of several",
    { ...far, check: { type: "dns" } },
    { port: 0, persistence: {} },
    'realServers[0] "r": check.port: missing; the member has none of its own, in a service of several',
  ],
  [
    "a check without a port in a service of several",
    { ...far, check: { type: "http" } },
    { port: 0, persistence: {} },
    'realServers[0] "r": check.port: missing; the member has none of its own, in a service of several',
  ],
  [
    "the check that is the default without a port",
    far,
    { port: undefined, firewallMark: 3, ports: [80, 443] },
    'realServers[0] "r": check.port: missing; the member has none of its own, in a service of several',
  ],
  [
    "a member of another address family without a tunnel with keepalived",
    { address: "2001:db8::4" },
    {},
    'realServers[0] "r": 2001:db8::4 is of another address family than the service\'s clients, which only forwarding ipip can join',
  ],
];

/** What a director's engine has no word for, and what it would make something else of. */
export const engines: Mistake[] = [
  [
    "another engine of one machine",
    ({ machine1 }) => new Director("d", { host: machine1, engine: "keepalived" }),
    'Director "d": engine: the engine is ipvsadm for Director "director" on machine1, so it cannot be keepalived',
  ],
  ...checks.map(([what, check, said]): Mistake => [
    what,
    () => new RealServer("r", { ...far, check: check as never }),
    `RealServer "r": ${said}`,
  ]),
  ...ipvsadm.map(([what, member, args, said]): Mistake => [
    what,
    (lab) => withMember(lab, member, args),
    `IpvsService "s": ${said}`,
  ]),
  ...keepalived.map(([what, member, args, said]): Mistake => [
    what,
    ({ checking }) => withMember(checking, member, args),
    `IpvsService "s": ${said}`,
  ]),
];
