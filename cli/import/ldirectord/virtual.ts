import type { Persistence } from "../../../components/ipvs/serviceLines.js";
import type { Findings } from "../model/findings.js";
import { placed } from "../model/member.js";
import type { ImportedService, ServiceKey } from "../model/model.js";
import { placeOf } from "../model/places.js";
import { type Keywords, readBlock, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { type CheckSettings, checkOf, services } from "./checks.js";
import { type RealLine, realLine } from "./real.js";
import { commonKeywords, type CommonSettings } from "./settings.js";

/** What is read from a section, before its members. */
interface Read {
  scheduler: string;
  flags: string[];
  protocol?: "tcp" | "udp";
  persistence?: Persistence;
  onePacket: boolean;
  check: CheckSettings;
  common: CommonSettings;
  lines: RealLine[];
}

/** The service of a section; undefined, and named, if it has no address. */
export function virtualService(
  statement: Statement,
  globals: CommonSettings & { forks?: boolean },
  findings: Findings,
): ImportedService | undefined {
  const read: Read = {
    ...{ scheduler: "wrr", flags: [], onePacket: false, common: {}, lines: [] },
    check: { type: "negotiate", usesHead: false },
  };
  readBlock(statement.block ?? [], keywordsOf(read, findings), findings);
  const key = keyOf(statement, read, findings);
  if (!key) {
    return undefined;
  }
  if (read.persistence && read.persistence.timeout === undefined) {
    findings.omit(statement.origin, "netmask: it has no effect without persistent");
    read.persistence = undefined;
  }
  const own = read.common;
  if (own.checkInterval !== undefined && globals.forks !== true) {
    findings.note(statement.origin, "checkinterval: ldirectord heeds it here with fork=yes alone");
    delete own.checkInterval;
  }
  const common = { ...globals, ...own, ...timeoutsOf(own, globals) };
  const isIpv6 = statement.words[0] === "virtual6";
  const members = membersOf(read, key, common, findings);
  const sorryServer = sorryOf(
    isIpv6 ? common.fallback6 : common.fallback,
    key,
    statement,
    findings,
  );
  return {
    key,
    scheduler: read.scheduler,
    schedulerFlags: read.flags,
    ...(read.persistence && { persistence: read.persistence }),
    onePacket: read.onePacket && "protocol" in key && key.protocol === "udp",
    ...(sorryServer && { sorryServer }),
    members,
    origin: statement.origin,
  };
}

/** The two timeouts stand for each other: a section's goes before the file's. */
function timeoutsOf(own: CommonSettings, globals: CommonSettings): CommonSettings {
  const pairs = [own, globals];
  const connect = pairs.map((one) => one.checkTimeout ?? one.negotiateTimeout);
  const negotiate = pairs.map((one) => one.negotiateTimeout ?? one.checkTimeout);
  return { checkTimeout: connect[0] ?? connect[1], negotiateTimeout: negotiate[0] ?? negotiate[1] };
}

/** "192.0.2.1:80", "[2001:db8::1]:80" or a firewall mark. */
function keyOf(statement: Statement, read: Read, findings: Findings): ServiceKey | undefined {
  const words = new Words(statement, findings).upTo(1);
  const isIpv6 = words.keyword === "virtual6";
  const text = words.at(1);
  if (/^\d+$/.test(text)) {
    const firewallMark = words.integer(1, 2147483647);
    return firewallMark === undefined
      ? undefined
      : { firewallMark, family: isIpv6 ? "ipv6" : "ipv4" };
  }
  const place = placeOf(text);
  if (typeof place === "string" || place.port === 0) {
    words.omit(typeof place === "string" ? place : `${text} has no port`);
    return undefined;
  }
  if (place.address.includes(":") !== isIpv6) {
    words.omit(`${text} is not an address of ${isIpv6 ? "IPv6" : "IPv4 (virtual6 is for IPv6)"}`);
    return undefined;
  }
  return { ...place, protocol: read.protocol ?? (place.port === 53 ? "udp" : "tcp") };
}

function membersOf(read: Read, key: ServiceKey, times: CommonSettings, findings: Findings) {
  const servicePort = "port" in key ? key.port : 0;
  if (read.check.type === "off") {
    for (const { statement } of read.lines) {
      findings.omit(statement.origin, "real: with checktype off, ldirectord adds no member");
    }
    return [];
  }
  return read.lines.flatMap((line) =>
    line.members.map((member) => {
      const check = checkOf(member, line, { key, check: read.check, times }, findings);
      const checked = { ...member, check, inhibitOnFailure: times.quiescent ?? false };
      return placed(checked, servicePort, findings);
    }),
  );
}

function sorryOf(
  fallback: CommonSettings["fallback"],
  key: ServiceKey,
  { origin }: Statement,
  findings: Findings,
): ImportedService["sorryServer"] {
  const servicePort = "port" in key ? key.port : 0;
  if (!fallback) {
    return undefined;
  }
  const { address, forwarding } = fallback;
  const port = forwarding === "masquerade" ? fallback.port || servicePort : servicePort;
  if (port === 0) {
    findings.omit(
      origin,
      "fallback: the sorry server of a firewall mark needs a port, and masquerade",
    );
    return undefined;
  }
  return { address, port, forwarding };
}

function keywordsOf(read: Read, findings: Findings): Keywords {
  const words = (statement: Statement) => new Words(statement, findings);
  const word = (statement: Statement) => words(statement).upTo(1).at(1);
  const real = (statement: Statement) => {
    const line = realLine(statement, findings);
    read.lines.push(...(line ? [line] : []));
  };
  return {
    ...{ real, real6: real },
    scheduler: (statement) => {
      read.scheduler = word(statement);
    },
    schedflags: (statement) => {
      read.flags = statement.words.slice(1);
    },
    protocol: (statement) => {
      const text = word(statement);
      read.protocol = text === "tcp" || text === "udp" ? text : read.protocol;
      if (!["tcp", "udp", "fwm"].includes(text)) {
        words(statement).omit(`${text} is none of tcp, udp and fwm`);
      }
    },
    persistent: (statement) => {
      const timeout = words(statement).upTo(1).integer(1, 2678400);
      read.persistence =
        timeout === undefined ? read.persistence : { ...read.persistence, timeout };
    },
    netmask: (statement) => {
      const mask = word(statement);
      read.persistence = { ...read.persistence, netmask: /^\d+$/.test(mask) ? Number(mask) : mask };
    },
    ops: (statement) => {
      read.onePacket = words(statement).upTo(1).boolean();
    },
    ...checkKeywords(read.check, findings),
    ...commonKeywords(read.common, findings),
    monitorfile: "keepalived logs by itself",
    ...{ servicename: "a name for mails alone", comment: "a text for mails alone" },
    load: "a check takes no load from a member",
  };
}

const noLogin = "a check does not log in";

function checkKeywords(check: CheckSettings, findings: Findings): Keywords {
  const text = (property: "request" | "receive" | "virtualHost" | "command") => {
    return (statement: Statement) => {
      check[property] = statement.words.slice(1).join(" ");
    };
  };
  const choice = (property: "type" | "service", known: (value: string) => boolean) => {
    return (statement: Statement) => {
      const words = new Words(statement, findings).upTo(1);
      if (known(words.at(1))) {
        check[property] = words.at(1);
      } else {
        words.omit(`ldirectord has no ${words.at(1) || "empty one"}`);
      }
    };
  };
  return {
    checktype: choice("type", (one) =>
      /^(connect|external|external-perl|negotiate|off|on|ping|\d+)$/.test(one),
    ),
    service: choice("service", (one) => services.includes(one)),
    checkcommand: text("command"),
    checkport: (statement) => {
      check.port = new Words(statement, findings).upTo(1).integer(1, 65535) ?? check.port;
    },
    request: text("request"),
    receive: text("receive"),
    virtualhost: text("virtualHost"),
    httpmethod: (statement) => {
      check.usesHead = new Words(statement, findings).upTo(1).at(1).toUpperCase() === "HEAD";
    },
    ...{ login: noLogin, passwd: noLogin, database: noLogin, secret: noLogin },
  };
}
