import { addressesBetween, addressOf, endsOf } from "../model/address.js";
import type { Findings } from "../model/findings.js";
import { SourceError } from "../model/origin.js";
import { Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";

/** An address or a mark of a virtual_server. */
export type Entry =
  { address: string; port: number } | { firewallMark: number; family?: "ipv4" | "ipv6" };

/** The most addresses that one range may have. */
const maxRange = 65536;

/** The entries of a virtual_server_group block. */
export function groupEntries({ block = [] }: Statement, findings: Findings): Entry[] {
  return block.flatMap((statement): Entry[] => {
    const [first = ""] = statement.words;
    const words = new Words(statement, findings);
    if (first === "fwmark") {
      const family = ({ inet: "ipv4", inet6: "ipv6" } as const)[words.upTo(2).at(2)];
      const firewallMark = words.integer(1, 2147483647);
      return firewallMark === undefined ? [] : [{ firewallMark, ...(family && { family }) }];
    }
    const addresses = addressesOf(first, statement);
    const text = words.upTo(1).at(1);
    const port = text === "" ? 0 : words.integer(0, 65535);
    if (addresses === undefined) {
      words.omit("not an address, a range or a network");
    }
    return port === undefined ? [] : (addresses ?? []).map((address) => ({ address, port }));
  });
}

/** The addresses of 192.0.2.1, 192.0.2.1-9, 192.0.2.250-198.51.100.5 or 192.0.2.8/29; undefined if it is none. */
function addressesOf(text: string, { origin }: Statement): string[] | undefined {
  const single = addressOf(text);
  if (single !== undefined) {
    return [single];
  }
  const [from, to] = text.includes("/") ? (endsOf(text) ?? []) : rangeOf(text);
  if (from === undefined || to === undefined) {
    return undefined;
  }
  const all = addressesBetween(from, to, maxRange);
  if (all === undefined) {
    const message = `${text} is not a range of at most ${maxRange} addresses of one family`;
    throw new SourceError(origin, message);
  }
  return all;
}

function rangeOf(text: string): [from?: string, to?: string] {
  const [first = "", last = "", ...more] = text.split("-");
  const from = addressOf(first);
  const isPart = from?.includes(":") ? /^[\da-f]{1,4}$/i.test(last) : /^\d{1,3}$/.test(last);
  const whole = isPart ? first.replace(/[^.:]*$/, last) : last;
  return more.length > 0 ? [] : [from, addressOf(whole)];
}

/** The entries of a virtual_server's head: an address, a mark, or those of a group. */
export function headEntries(
  statement: Statement,
  groups: Map<string, Entry[]>,
  findings: Findings,
): Entry[] {
  const words = new Words(statement, findings).upTo(2);
  switch (words.at(1)) {
    case "fwmark": {
      const firewallMark = words.integer(1, 2147483647, 2);
      return firewallMark === undefined ? [] : [{ firewallMark }];
    }
    case "group": {
      const entries = groups.get(words.at(2));
      if (!entries) {
        words.omit(`no virtual_server_group is called ${words.at(2) || "nothing"}`);
      }
      return entries ?? [];
    }
    default: {
      const address = addressOf(words.at(1));
      if (address === undefined) {
        words.omit(`${words.at(1) || "nothing"} is not an address`);
        return [];
      }
      const port = words.at(2) === "" ? 0 : words.integer(0, 65535, 2);
      return port === undefined ? [] : [{ address, port }];
    }
  }
}
