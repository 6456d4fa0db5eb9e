import { Document, isMap, isSeq, visit } from "yaml";
import type { TableRealServer, TableService } from "../../../components/table/tableServices.js";
import type { ImportedService } from "../model/model.js";
import { type Code, printed } from "./code.js";
import { checkedRowOf } from "./row.js";

/** The services as rows of an IpvsTable. Rows share what they have in common: members,
 * persistence, a check, a sorry server. */
function rows(services: ImportedService[]): TableService[] {
  const seen = new Map<string, object>();
  const one = <T extends object>(value: T): T => {
    const key = JSON.stringify(value);
    const known = (seen.get(key) as T | undefined) ?? value;
    seen.set(key, known);
    return known;
  };
  const withSharedCheck = (realServer: TableRealServer) =>
    realServer.check ? { ...realServer, check: one(realServer.check) } : realServer;
  return services.map((service) => {
    const { persistence, check, sorryServer, realServers = [], ...row } = checkedRowOf(service);
    return {
      ...row,
      ...(persistence && { persistence: one(persistence) }),
      ...(check && { check: one(check) }),
      ...(sorryServer && { sorryServer: one(sorryServer) }),
      realServers: realServers.length === 0 ? [] : one(realServers.map(withSharedCheck)),
    };
  });
}

/** A file for IpvsTable: members that several services have are written once, and named by an alias elsewhere. */
export function tableFile(services: ImportedService[], comments: string[]): string {
  const document = new Document({ services: rows(services) }, { aliasDuplicateObjects: true });
  document.commentBefore = comments.map((line) => ` ${line}`).join("\n");
  visit(document, {
    Map: (_, node, path) => {
      // A member, or a service's persistence or check, is one line.
      node.flow = path.length > 3;
    },
    Seq: (_, node) => {
      node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** The same as a value of the program. */
export function tableCode(services: ImportedService[], indent: number): string {
  return printed(rows(services) as unknown as Code[], indent, 200);
}
