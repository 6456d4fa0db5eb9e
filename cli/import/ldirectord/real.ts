import { addressesBetween, addressOf } from "../model/address.js";
import type { Findings } from "../model/findings.js";
import { plainMember } from "../model/member.js";
import type { ImportedMember } from "../model/model.js";
import { portOf } from "../model/places.js";
import { Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { methods } from "./settings.js";

/** The members of one line, with what it says of their checks. */
export interface RealLine {
  members: ImportedMember[];
  request?: string;
  receive?: string;
  statement: Statement;
}

/** So many members may one range have. */
const maxRange = 4096;

/** "198.51.100.21->198.51.100.24:80 gate 5 "/health", "OK" l:10 u:100"; undefined, and named, if it is wrong. */
export function realLine(statement: Statement, findings: Findings): RealLine | undefined {
  const words = new Words(statement, findings);
  const [, place = "", method = "", ...rest] = statement.words;
  const found = placesOf(place);
  const forwarding = methods[method];
  if (typeof found === "string") {
    words.omit(found);
    return undefined;
  }
  if (!forwarding) {
    words.omit(`${method || "nothing"} is none of gate, masq and ipip`);
    return undefined;
  }
  const hasWeight = /^\d+$/.test(rest[0] ?? "");
  const weight = hasWeight ? Number(rest.shift()) : 1;
  const limit = (name: string) => {
    const at = rest.findIndex((word) => word.startsWith(`${name}:`) && /^.:\d+$/.test(word));
    return at < 0 ? 0 : Number(rest.splice(at, 1)[0]?.slice(2));
  };
  const [lowerThreshold, upperThreshold] = [limit("l"), limit("u")];
  const [request, receive, ...more] = rest;
  if (more.length > 0 || (request !== undefined && receive === undefined)) {
    words.omit(`${rest.join(" ")}: not a weight, a request with what it receives, or limits`);
  }
  return {
    members: found.map((one) => ({
      ...plainMember(one, statement.origin),
      ...{ weight, forwarding, lowerThreshold, upperThreshold },
    })),
    ...(receive !== undefined && { request, receive }),
    statement,
  };
}

/** All addresses of "a:port", "a->b:port" or "[a]:port"; else the reason why there are none. */
function placesOf(text: string): { address: string; port: number }[] | string {
  const [, from = "", to, name] =
    /^(\[[^\]]*\]|[^[\]:]+?)(?:->(\[[^\]]*\]|[^[\]:]+))?(?::([\w-]+))?$/.exec(text) ?? [];
  const [first, last] = [from, to ?? from].map((one) => addressOf(one.replace(/^\[|\]$/g, "")));
  const port = name === undefined ? 0 : portOf(name);
  if (first === undefined || last === undefined) {
    return `${text || "nothing"} has a name or something else that is not an address`;
  }
  if (port === undefined) {
    return `${name} is not a port`;
  }
  const all = addressesBetween(first, last, maxRange);
  return (
    all?.map((address) => ({ address, port })) ??
    `${text} is not a range of at most ${maxRange} addresses`
  );
}
