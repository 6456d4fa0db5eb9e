import { readFileSync } from "node:fs";
import { addressOf } from "./address.js";

/** Ports that ipvsadm prints by name, and that every system calls so. */
const usual: Record<string, number> = {
  ...{ ftp: 21, ssh: 22, smtp: 25, domain: 53, http: 80, pop3: 110, imap2: 143, ldap: 389 },
  ...{ https: 443, submission: 587, ldaps: 636, imaps: 993, pop3s: 995, mysql: 3306 },
  ...{ postgresql: 5432, sip: 5060, "http-alt": 8080 },
};
let system: Map<string, number> | undefined;

/** The number of a port, which may be a name of /etc/services; undefined if it is none. */
export function portOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    return Number(text) <= 65535 ? Number(text) : undefined;
  }
  return Object.hasOwn(usual, text) ? usual[text] : (system ??= systemPorts()).get(text);
}

function systemPorts(): Map<string, number> {
  let text = "";
  try {
    text = readFileSync("/etc/services", "utf8");
  } catch {
    // Without that file, ports by other names are not known.
  }
  const found = text.matchAll(/^([\w-]+)\s+(\d+)\//gm);
  return new Map([...found].map(([, name = "", port]) => [name, Number(port)]));
}

/**
 * "192.0.2.1:80", "[2001:db8::1]:http" or an address alone; else the reason why it is none.
 * @param numeric The command that writes numbers where the text has names.
 */
export function placeOf(
  text: string,
  numeric?: string,
): { address: string; port: number } | string {
  const [, bracketed, plain, name] = /^(?:\[([^\]]+)\]|([^[\]:]+))(?::([\w-]+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  const address = addressOf(host);
  const port = name === undefined ? 0 : portOf(name);
  const writes = (what: string) => (numeric === undefined ? "" : ` (${numeric} writes ${what})`);
  if (address === undefined) {
    return `${host} is a name, not an address${writes("addresses")}`;
  }
  return port === undefined ? `${name} is not a port${writes("numbers")}` : { address, port };
}
