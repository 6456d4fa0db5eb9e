import type { Check } from "../../../components/keepalived/healthCheck.js";
import { addressOf } from "../model/address.js";
import type { Findings } from "../model/findings.js";
import { rhythm, type Rhythm } from "../model/member.js";
import { type Keywords, readBlock, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { pageKeywords, type Page } from "./pages.js";
import { timerKeywords, type Timers } from "./timers.js";

/** What a check has from its member and its service. */
export interface CheckContext {
  timers: Timers;
  virtualHost?: string;
  /** The member's address. */
  address: string;
  /** Seconds that a script may take that has no limit of its own: its service's delay_loop. */
  scriptLimit: number;
}

/** The types of Check that do the same, or some of it. */
const types: Partial<Record<string, Check["type"]>> = {
  TCP_CHECK: "tcp",
  HTTP_GET: "http",
  SSL_GET: "https",
  DNS_CHECK: "dns",
  SMTP_CHECK: "smtp",
  UDP_CHECK: "udp",
  PING_CHECK: "ping",
  MISC_CHECK: "script",
};
const reasons: Partial<Record<string, string>> = {
  BFD_CHECK: "a check cannot use BFD",
  FILE_CHECK: "a check cannot read a file",
};
/** All kinds of checks. */
export const checkers = [...new Set([...Object.keys(types), ...Object.keys(reasons)])];

/** What is read from the block of a check. */
interface Read {
  timers: Timers;
  port?: number;
  pages: Page[];
  virtualHost?: string;
  command?: string;
  scriptTimeout?: number;
  sni: boolean;
  /** What only checks of one type have. */
  own: Pick<Check, "name" | "recordType" | "helo" | "payload" | "requireReply" | "reply">;
}

/** A member's check; undefined, and named, if there is none that does the same or some of it. */
export function checkOf(
  statement: Statement,
  context: CheckContext,
  findings: Findings,
): Check | undefined {
  const [name = ""] = statement.words;
  const type = types[name];
  const reason = reasons[name];
  if (reason !== undefined) {
    findings.omit(statement.origin, `${name}: ${reason}`);
  }
  if (type === undefined) {
    return undefined;
  }
  const read: Read = { timers: { ...context.timers }, pages: [], sni: false, own: {} };
  readBlock(statement.block ?? [], keywordsOf(name, read, context, findings), findings);
  if (name === "MISC_CHECK" && read.command === undefined) {
    findings.omit(statement.origin, `${name}: it has no misc_path that a check can run`);
    return undefined;
  }
  return {
    type,
    ...(type === "script" ? { command: read.command } : type !== "ping" && { port: read.port }),
    ...(type === "http" || type === "https"
      ? pageOf(name, read, context, statement, findings)
      : read.own),
    ...rhythmOf(name, read, { ...context, origin: statement.origin }, findings),
  };
}

function keywordsOf(
  name: string,
  read: Read,
  { address }: CheckContext,
  findings: Findings,
): Keywords {
  const generic: Keywords = {
    connect_ip: (statement) => {
      const words = new Words(statement, findings).upTo(1);
      if (addressOf(words.at(1)) !== address) {
        words.omit(`a check asks the member's own address, not ${words.at(1)}`);
      }
    },
    connect_port: (statement) => {
      read.port = new Words(statement, findings).upTo(1).integer(1, 65535);
    },
    bindto: "a check starts from the address that the kernel chooses",
    bind_if: "a check starts from the interface that the kernel chooses",
    bind_port: "a check starts from the port that the kernel chooses",
    fwmark: "a check's packets carry no mark",
    log_all_failures: "keepalived logs only what changes",
    ...timerKeywords(read.timers, findings),
  };
  if (name === "MISC_CHECK") {
    return { ...timerKeywords(read.timers, findings), ...scriptKeywords(read, findings) };
  }
  return name === "HTTP_GET" || name === "SSL_GET"
    ? { ...generic, ...pageKeywords(read, findings) }
    : { ...generic, ...ownKeywords(name, read, findings) };
}

/** The keywords of checks over DNS, SMTP and UDP. */
function ownKeywords(name: string, { own }: Read, findings: Findings): Keywords {
  const words = (statement: Statement) => new Words(statement, findings);
  switch (name) {
    case "DNS_CHECK":
      return {
        type: (statement) => {
          const one = words(statement).upTo(1).at(1).toUpperCase();
          // The components' rules refuse any other.
          own.recordType = one as Check["recordType"];
        },
        name: (statement) => {
          own.name = words(statement).upTo(1).at(1);
        },
      };
    case "SMTP_CHECK":
      return {
        helo_name: (statement) => {
          own.helo = words(statement).upTo(1).at(1);
        },
        host: "a check asks the member's own address alone",
      };
    case "UDP_CHECK":
      return {
        payload: (statement) => {
          own.payload = words(statement).upTo(1).at(1);
        },
        require_reply: (statement) => {
          const reply = words(statement).upTo(1).at(1);
          Object.assign(own, reply === "" ? { requireReply: true } : { reply });
        },
        min_reply_length: "an answer may have any length",
        max_reply_length: "an answer may have any length",
      };
    default:
      return {};
  }
}

/** The words of a command that a Check takes, which a shell would leave as they are. */
const plainCommand = /^\/[A-Za-z0-9_./:=,+@%-]+( [A-Za-z0-9_./:=,+@%-]+)*$/;

function scriptKeywords(read: Read, findings: Findings): Keywords {
  return {
    misc_path: (statement) => {
      const command = statement.words.slice(1).join(" ").trim().replace(/\s+/g, " ");
      if (plainCommand.test(command)) {
        read.command = command;
      } else {
        const allowed = "a program's absolute path and plain words";
        findings.omit(statement.origin, `misc_path: ${JSON.stringify(command)} is not ${allowed}`);
      }
    },
    misc_timeout: (statement) => {
      read.scriptTimeout = new Words(statement, findings).upTo(1).integer(1, 3600);
    },
    misc_dynamic: "a script's status cannot set a weight; any status but 0 is a failure",
    user: "a script runs as root",
  };
}

/** The times, where they are not those that a Check has by itself. */
function rhythmOf(
  name: string,
  { timers, scriptTimeout, own }: Read,
  { origin, scriptLimit }: CheckContext & Pick<Statement, "origin">,
  findings: Findings,
): Rhythm {
  const whole = (what: string, seconds: number, least = 1) => {
    const used = Math.min(Math.max(Math.ceil(seconds), least), 3600);
    if (used !== seconds) {
      findings.omit(origin, `${name}: ${what} of ${seconds} s becomes ${used} s`);
    }
    return used;
  };
  const isScript = name === "MISC_CHECK";
  const interval = whole("delay_loop", timers.interval ?? 60);
  // keepalived's own defaults (its check_dns.c, check_http.c, check_misc.c).
  const isDns = name === "DNS_CHECK";
  const retries = timers.retries ?? (isScript ? 0 : isDns ? 3 : 1);
  const usualDelay = name.endsWith("_GET") ? 3 : isDns ? interval : 1;
  const delay = timers.delayBeforeRetry ?? usualDelay;
  const retryDelay = retries > 0 ? whole("delay_before_retry", delay) : 1;
  const isUdp = name === "UDP_CHECK";
  const isAnswered = own.requireReply === true || own.reply !== undefined;
  const timeout = isScript
    ? (scriptTimeout ?? whole("delay_loop", scriptLimit))
    : whole("connect_timeout", timers.timeout ?? 5, isUdp && !isAnswered ? 4 : 1);
  return { ...rhythm({ timeout, interval, retries, retryDelay }), ...(isUdp && { timeout }) };
}

/** The page that a check asks for: the first, as a Check has only one. */
function pageOf(
  name: string,
  { pages, virtualHost, sni }: Read,
  context: CheckContext,
  { origin }: Statement,
  findings: Findings,
): Pick<Check, "path" | "status" | "digest" | "host"> {
  const [first, ...others] = pages;
  for (const { origin: at, path } of others) {
    findings.omit(at, `url: a check asks for one page, so ${path ?? "/"} is not asked for`);
  }
  const host = first?.virtualHost ?? virtualHost ?? context.virtualHost;
  if (name === "SSL_GET" && host !== undefined && !sni) {
    findings.note(origin, `SSL_GET: the check sends ${host} in TLS too (enable_sni)`);
  }
  return {
    path: first?.path,
    status: first?.status,
    digest: first?.digest,
    host,
  };
}
