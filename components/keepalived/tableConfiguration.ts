import { createHash } from "node:crypto";
import { ServiceAddress } from "../ipvs/serviceLines";
import { Block, written } from "./block";
import { KeepalivedMember, KeepalivedService, virtualServer } from "./configuration";

/** A service of a table with its members. */
export interface TableEntry {
  service: ServiceAddress & KeepalivedService;
  members: KeepalivedMember[];
}

/**
 * The configuration of many services in short, for the machine to write out (kinds/keepalivedtable/expand.awk): what
 * services or members have in common is defined once, under a name that is made of its text, and then a line for each
 * service and member says which it is. A thousand services of ten members are less than a megabyte.
 */
export function tableConfiguration(entries: TableEntry[]): string {
  const definitions = new Map<string, string[]>();
  const lines: string[] = [];
  const short = ({ head, body }: Block) => {
    const own = body.filter((part) => !isMember(part));
    const text = own.flatMap((part) => (typeof part === "string" ? [part] : written(part)));
    const name = createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 12);
    definitions.set(name, text);
    lines.push(`${head} as ${name}`);
    body.filter(isMember).forEach(short);
  };
  entries.forEach(({ service, members }) => {
    short(virtualServer(service, members));
  });
  const defined = [...definitions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, text]) => [`define ${name}`, ...text]);
  return [...defined, ...lines, ""].join("\n");
}

function isMember(part: string | Block): part is Block {
  return typeof part !== "string" && part.head.startsWith("real_server ");
}
