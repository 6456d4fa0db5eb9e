import type { Check } from "../../../components/keepalived/healthCheck.js";
import { addressOf } from "../model/address.js";
import type { Findings } from "../model/findings.js";
import type { ImportedMember } from "../model/model.js";
import { readBlock, Words, type Keywords } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { checkers, checkOf } from "./checks.js";
import { methodOf, type Method } from "./forwarding.js";
import { timerKeywords, type Timers } from "./timers.js";

/** What a member has from its service. */
export interface MemberDefaults {
  method: Method;
  timers: Timers;
  virtualHost?: string;
  inhibitOnFailure: boolean;
}

/** Reasons why keywords of services and members are not in the program. */
export const noScripts = "no script runs when something changes";
export const noMail = "no mail is sent";
export const noSnmp = "there is no SNMP";

/** The address and port behind a keyword; undefined, and named, if there is none. */
export function placeIn(words: Words): { address: string; port: number } | undefined {
  const address = addressOf(words.at(1));
  if (address === undefined) {
    words.omit(`${words.at(1) || "nothing"} is not an address`);
    return undefined;
  }
  const port = words.at(2) === "" ? 0 : words.integer(0, 65535, 2);
  return port === undefined ? undefined : { address, port };
}

/** The member of a real_server block; undefined, and named, if it has no address. */
export function realServer(
  statement: Statement,
  defaults: MemberDefaults,
  findings: Findings,
): ImportedMember | undefined {
  const place = placeIn(new Words(statement, findings).upTo(2));
  if (!place) {
    return undefined;
  }
  const member: ImportedMember = {
    ...{ ...place, ...defaults.method, weight: 1, upperThreshold: 0, lowerThreshold: 0 },
    ...{ inhibitOnFailure: defaults.inhibitOnFailure, origin: statement.origin },
  };
  const timers = { ...defaults.timers };
  let virtualHost = defaults.virtualHost;
  const found: Statement[] = [];
  const amount = (property: "weight" | "upperThreshold" | "lowerThreshold", max: number) => {
    return (inner: Statement) => {
      const words = new Words(inner, findings).upTo(1);
      member[property] = words.integer(0, max) ?? member[property];
    };
  };
  const method = (inner: Statement) => {
    const { forwarding, tunnel } = methodOf(new Words(inner, findings)) ?? member;
    Object.assign(member, { forwarding, tunnel });
  };
  const keywords: Keywords = {
    weight: amount("weight", 65535),
    uthreshold: amount("upperThreshold", 2147483647),
    lthreshold: amount("lowerThreshold", 2147483647),
    lvs_method: method,
    lb_kind: method,
    inhibit_on_failure: (inner) => {
      member.inhibitOnFailure = new Words(inner, findings).upTo(1).boolean();
    },
    virtualhost: (inner) => {
      virtualHost = new Words(inner, findings).upTo(1).at(1);
    },
    notify_up: noScripts,
    notify_down: noScripts,
    smtp_alert: noMail,
    snmp_name: noSnmp,
    ...timerKeywords(timers, findings),
    ...Object.fromEntries(checkers.map((name) => [name, (inner: Statement) => found.push(inner)])),
  };
  readBlock(statement.block ?? [], keywords, findings);
  const scriptLimit = defaults.timers.interval ?? 60;
  const context = { timers, virtualHost, address: member.address, scriptLimit };
  member.check = chosen(
    found.flatMap((one) => {
      const check = checkOf(one, context, findings);
      return check ? [{ check, statement: one }] : [];
    }),
    findings,
  );
  return member;
}

/** The one check of several that says most; the others are named. A member has one. */
function chosen(
  checks: { check: Check; statement: Statement }[],
  findings: Findings,
): Check | undefined {
  const best = checks.find(({ check }) => check.type !== "tcp") ?? checks[0];
  for (const { statement } of checks) {
    if (statement !== best?.statement) {
      const kept = best?.statement.words[0] ?? "";
      findings.omit(statement.origin, `${statement.words[0]}: a member has one check, its ${kept}`);
    }
  }
  return best?.check;
}
