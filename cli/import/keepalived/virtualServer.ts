import type { Protocol } from "../../../components/ipvs/protocols.js";
import type { Persistence } from "../../../components/ipvs/serviceLines.js";
import type { Findings } from "../model/findings.js";
import { askedAt, placed } from "../model/member.js";
import type { ImportedMember, ImportedService, ServiceKey } from "../model/model.js";
import { readBlock, Words, type Keywords } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { methodOf, type Method } from "./forwarding.js";
import type { Entry } from "./groups.js";
import { noMail, noScripts, noSnmp, placeIn, realServer } from "./realServer.js";
import { timerKeywords, type Timers } from "./timers.js";

const flags = [
  ...["flag-1", "flag-2", "flag-3"],
  ...["sh-port", "sh-fallback", "mh-port", "mh-fallback"],
];
const protocols: Partial<Record<string, Protocol>> = { TCP: "tcp", UDP: "udp", SCTP: "sctp" };

/** What is read from a block of virtual_server, before its members. */
interface Read {
  scheduler: string;
  flags: string[];
  method: Method;
  protocol: Protocol;
  persistence?: Persistence;
  onePacket: boolean;
  alpha: boolean;
  omega: boolean;
  quorum?: number;
  hysteresis?: number;
  sorry?: { address: string; port: number };
  sorryMethod?: Method;
  family?: "ipv4" | "ipv6";
  inhibitOnFailure: boolean;
  virtualHost?: string;
  timers: Timers;
  members: Statement[];
}

/**
 * The services of a virtual_server block: one, or one for each entry of its group.
 * @param entries The addresses or marks of its head.
 */
export function virtualServer(
  statement: Statement,
  entries: Entry[],
  findings: Findings,
): ImportedService[] {
  const read: Read = {
    ...{ scheduler: "wlc", flags: [], method: { forwarding: "masquerade" }, protocol: "tcp" },
    ...{ onePacket: false, alpha: false, omega: false, inhibitOnFailure: false },
    ...{ timers: {}, members: [] },
  };
  readBlock(statement.block ?? [], keywordsOf(read, findings), findings);
  const defaults = {
    ...{ method: read.method, timers: read.timers, virtualHost: read.virtualHost },
    inhibitOnFailure: read.inhibitOnFailure,
  };
  const members = read.members.flatMap((one) => realServer(one, defaults, findings) ?? []);
  const { forwarding } = read.sorryMethod ?? read.method;
  if ((read.sorryMethod ?? read.method).tunnel && read.sorry) {
    findings.omit(statement.origin, "sorry_server: its tunnel is IP in IP, without options");
  }
  // keepalived itself lowers it.
  const hysteresis = Math.min(read.hysteresis ?? 0, (read.quorum ?? 1) - 1);
  return entries.map((entry) => {
    const sorry = read.sorry;
    const key = keyOf(entry, read, members[0]?.address.includes(":") ? "ipv6" : "ipv4");
    const servicePort = "port" in key ? key.port : 0;
    return {
      key,
      scheduler: read.scheduler,
      schedulerFlags: read.flags,
      ...(read.persistence && { persistence: read.persistence }),
      onePacket: read.onePacket,
      ...(read.quorum !== undefined && read.quorum !== 1 && { quorum: read.quorum }),
      ...(hysteresis > 0 && { hysteresis }),
      ...(read.alpha && { alpha: true }),
      ...(read.omega && { omega: true }),
      ...(sorry && {
        sorryServer: { address: sorry.address, port: sorry.port || servicePort, forwarding },
      }),
      members: members.map((member) =>
        "firewallMark" in key
          ? withoutPort(member, findings)
          : placed(member, servicePort, findings),
      ),
      origin: statement.origin,
    };
  });
}

/** A firewall mark's member: keepalived leaves its port out, and its check keeps it. */
function withoutPort(member: ImportedMember, findings: Findings): ImportedMember {
  const { port, check, origin } = member;
  if (port === 0) {
    return member;
  }
  findings.omit(
    origin,
    `its port ${port} has no effect, because packets of a firewall mark keep theirs`,
  );
  return { ...member, port: 0, ...askedAt(check, port) };
}

function keyOf(entry: Entry, read: Read, membersFamily: "ipv4" | "ipv6"): ServiceKey {
  return "firewallMark" in entry
    ? {
        firewallMark: entry.firewallMark,
        family: entry.family ?? read.family ?? membersFamily,
      }
    : { address: entry.address, port: entry.port, protocol: read.protocol };
}

function keywordsOf(read: Read, findings: Findings): Keywords {
  const words = (statement: Statement) => new Words(statement, findings);
  const scheduler = (statement: Statement) => {
    read.scheduler = words(statement).upTo(1).at(1);
  };
  const method = (statement: Statement) => {
    read.method = methodOf(words(statement)) ?? read.method;
  };
  return {
    lvs_sched: scheduler,
    lb_algo: scheduler,
    lvs_method: method,
    lb_kind: method,
    ...Object.fromEntries(
      flags.map((flag) => [
        flag,
        (inner: Statement) => read.flags.push(words(inner).upTo(0).keyword),
      ]),
    ),
    ops: (statement) => {
      words(statement).upTo(0);
      read.onePacket = true;
    },
    protocol: (statement) => {
      const known = protocols[words(statement).upTo(1).at(1).toUpperCase()];
      if (!known) {
        words(statement).omit("none of TCP, UDP and SCTP");
      }
      read.protocol = known ?? read.protocol;
    },
    ...persistenceKeywords(read, findings),
    quorum: (statement) => {
      read.quorum = words(statement).upTo(1).integer(1, 2147483647);
    },
    sorry_server: (statement) => {
      read.sorry = placeIn(words(statement).upTo(2));
    },
    sorry_server_lvs_method: (statement) => {
      read.sorryMethod = methodOf(words(statement));
    },
    ip_family: (statement) => {
      read.family = words(statement).upTo(1).at(1) === "inet6" ? "ipv6" : "ipv4";
    },
    inhibit_on_failure: (statement) => {
      read.inhibitOnFailure = words(statement).upTo(1).boolean();
    },
    virtualhost: (statement) => {
      read.virtualHost = words(statement).upTo(1).at(1);
    },
    real_server: (statement) => {
      read.members.push(statement);
    },
    ...timerKeywords(read.timers, findings),
    sorry_server_inhibit: "the sorry server is removed when it is not needed",
    hysteresis: (statement) => {
      read.hysteresis = words(statement).upTo(1).integer(0, 2147483646);
    },
    alpha: (statement) => {
      read.alpha = words(statement).upTo(1).boolean();
    },
    omega: (statement) => {
      read.omega = words(statement).upTo(1).boolean();
    },
    ha_suspend: "members are checked whether or not this machine has the address",
    hashed: "the kernel sets this flag itself",
    quorum_up: noScripts,
    quorum_down: noScripts,
    smtp_alert: noMail,
    snmp_name: noSnmp,
  };
}

function persistenceKeywords(read: Read, findings: Findings): Keywords {
  return {
    persistence_timeout: (statement) => {
      const words = new Words(statement, findings).upTo(1);
      const timeout = words.at(1) === "" ? 360 : words.integer(1, 2678400);
      read.persistence =
        timeout === undefined ? read.persistence : { ...read.persistence, timeout };
    },
    persistence_granularity: (statement) => {
      const mask = new Words(statement, findings).upTo(1).at(1);
      const netmask = /^\d+$/.test(mask) ? Number(mask) : mask;
      read.persistence = { ...read.persistence, netmask };
    },
    persistence_engine: (statement) => {
      const words = new Words(statement, findings).upTo(1);
      if (words.at(1) === "sip") {
        read.persistence = { ...read.persistence, engine: "sip" };
      } else {
        words.omit(`${words.at(1)} is not sip`);
      }
    },
  };
}
