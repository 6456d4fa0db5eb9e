import type { Check } from "../../../components/keepalived/healthCheck.js";
import type { Findings } from "../model/findings.js";
import { rhythm } from "../model/member.js";
import type { ImportedMember, ServiceKey } from "../model/model.js";
import type { RealLine } from "./real.js";
import type { CommonSettings } from "./settings.js";

/** What a virtual service says of its members' checks. */
export interface CheckSettings {
  type: string;
  /** What speaks with a member; undefined for the usual one of the service's port. */
  service?: string;
  port?: number;
  command?: string;
  request?: string;
  receive?: string;
  virtualHost?: string;
  usesHead: boolean;
}

/** The ports of ldirectord's kinds of services. */
const ports: Record<string, number> = {
  ...{ ftp: 21, smtp: 25, dns: 53, http: 80, pop: 110, nntp: 119, imap: 143, ldap: 389 },
  ...{ https: 443, submission: 587, ldaps: 636, imaps: 993, pops: 995, oracle: 1521 },
  ...{ radius: 1812, http_proxy: 3128, mysql: 3306, sip: 5060, pgsql: 5432 },
};
/** ldirectord's kinds of services that it can speak with. */
export const services = [...Object.keys(ports), "simpletcp", "none"];

/** ldirectord's times, in seconds, where the file has none. */
const usual = { connect: 5, negotiate: 30, interval: 10 };

/** A member's check; undefined if ldirectord has none, and named if there is none that does the same. */
export function checkOf(
  member: ImportedMember,
  line: RealLine,
  { key, check: settings, times }: { key: ServiceKey; check: CheckSettings; times: CommonSettings },
  findings: Findings,
): Check | undefined {
  const { origin } = line.statement;
  const isUdp = "protocol" in key && key.protocol === "udp";
  const service = settings.service ?? usualService(key);
  const negotiates = /^(negotiate|\d+)$/.test(settings.type);
  const {
    checkTimeout,
    negotiateTimeout,
    checkInterval = usual.interval,
    failureCount = 1,
  } = times;
  const timeout = negotiates
    ? (negotiateTimeout ?? checkTimeout ?? usual.negotiate)
    : (checkTimeout ?? negotiateTimeout ?? usual.connect);
  const time = rhythm({ timeout, interval: checkInterval, retries: failureCount - 1 });
  if (failureCount > 1) {
    findings.omit(
      origin,
      `failurecount: its ${failureCount} failures come ${checkInterval} s apart, and here a second`,
    );
  }
  if (settings.type === "ping" || (settings.type === "connect" && isUdp)) {
    return { type: "ping", ...time };
  }
  if (settings.type === "external") {
    const [place, port] = "address" in key ? [key.address, key.port] : [key.firewallMark, 0];
    const command = [
      settings.command ?? "/bin/true",
      place,
      port,
      member.address,
      member.port,
    ].join(" ");
    return { type: "script", command, ...time };
  }
  if (settings.type === "external-perl") {
    findings.omit(origin, "checktype: a check runs a program, and no code of Perl");
    return undefined;
  }
  if (negotiates && settings.type !== "negotiate") {
    findings.note(
      origin,
      `checktype: each check asks for an answer, where ldirectord opens ${settings.type} connections between two of those`,
    );
  }
  const port = settings.port ?? (member.port > 0 ? undefined : ports[service]);
  const place = port === undefined || port === member.port ? {} : { port };
  if (settings.type === "connect") {
    return { type: "tcp", ...place, ...time };
  }
  if (!negotiates || service === "none") {
    return undefined;
  }
  if (service === "http" || service === "https") {
    return { type: service, ...place, ...pageOf(line, settings, findings), ...time };
  }
  if (service === "dns") {
    return { type: "dns", ...place, ...questionOf(line, settings, findings), ...time };
  }
  if (service === "smtp" || service === "submission") {
    return { type: "smtp", ...place, ...time };
  }
  if (isUdp || service === "radius") {
    findings.omit(origin, `service: a check cannot speak ${service} over UDP`);
    return undefined;
  }
  findings.omit(origin, `service: a check only opens a connection, and does not speak ${service}`);
  return { type: "tcp", ...place, ...time };
}

/** The service that ldirectord speaks with by itself. */
function usualService(key: ServiceKey): string {
  const port = "port" in key ? key.port : 0;
  return Object.keys(ports).find((name) => ports[name] === port) ?? "none";
}

/** What a check of a name server asks for: a name's address, as ldirectord; "/" is its request where none is given. */
function questionOf(
  { request, receive, statement: { origin } }: RealLine,
  settings: CheckSettings,
  findings: Findings,
): Pick<Check, "name" | "recordType"> {
  const name = (request ?? settings.request ?? "").replace(/^\/+/, "");
  if ((receive ?? settings.receive ?? "") !== "") {
    findings.omit(origin, "receive: a check is content with any answer, and compares no address");
  }
  return name === "" ? {} : { name, recordType: "A" };
}

/** What a check of a page asks for. */
function pageOf(
  { request, receive, statement: { origin } }: RealLine,
  settings: CheckSettings,
  findings: Findings,
): Pick<Check, "path" | "host"> {
  const asked = request ?? settings.request ?? "/";
  const searched = request === undefined ? settings.receive : receive;
  if (searched !== undefined && searched !== "") {
    findings.omit(origin, "receive: a check compares the status, and searches no text");
  }
  if (settings.usesHead) {
    findings.omit(origin, "httpmethod: a check asks with GET");
  }
  findings.note(
    origin,
    "ldirectord follows redirections, and a check does not: where its page redirects, give the check that status",
  );
  const [, other] = /^\/?\w+:\/\/([^/]*)/.exec(asked) ?? [];
  if (other !== undefined) {
    findings.omit(origin, `request: a check asks the member's own address, not ${other}`);
  }
  const path =
    other === undefined
      ? `/${asked.replace(/^\/+/, "")}`
      : asked.replace(/^\/?\w+:\/\/[^/]*\/?/, "/");
  const host = settings.virtualHost;
  return { ...(path !== "/" && { path }), ...(host !== undefined && host !== "" && { host }) };
}
