import type { TextFiles } from "../files/readFile.js";
import { Findings } from "../model/findings.js";
import { emptyModel, type Model } from "../model/model.js";
import { readBlock, type Keywords } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { globalDefs } from "./globals.js";
import { type Entry, groupEntries, headEntries } from "./groups.js";
import { expand } from "./text/expand.js";
import { parse } from "./text/parse.js";
import { virtualServer } from "./virtualServer.js";
import { addressesIn, reasonsOf, syncGroup, vrrpInstance } from "./vrrp.js";

/**
 * Reads a keepalived.conf with its includes.
 * @throws SourceError if it is no such file.
 */
export function readKeepalived(
  file: string,
  { files, configId }: { files: TextFiles; configId?: string },
): Model {
  const findings = new Findings();
  const model = emptyModel(findings);
  const statements = parse(file, expand(file, { files, findings, configId }));
  const groups = new Map<string, Entry[]>();
  // A group may stand behind the servers that use it.
  const servers: Statement[] = [];
  readBlock(
    statements,
    {
      global_defs: (statement) => {
        globalDefs(statement, model);
      },
      static_ipaddress: (statement) => {
        model.addresses.push(...addressesIn(statement, findings));
      },
      vrrp_instance: (statement) => {
        model.routers.push(vrrpInstance(statement, findings));
      },
      vrrp_sync_group: (statement) => {
        syncGroup(statement, findings);
      },
      virtual_server_group: (statement) => {
        groups.set(statement.words[1] ?? "", groupEntries(statement, findings));
      },
      virtual_server: (statement) => {
        servers.push(statement);
      },
      ...others,
    },
    findings,
  );
  for (const statement of servers) {
    const entries = headEntries(statement, groups, findings);
    model.services.push(...virtualServer(statement, entries, findings));
  }
  return model;
}

const others: Keywords = {
  SSL: "checks do not look at certificates",
  bfd_instance: "there is no BFD",
  ...reasonsOf("a director leaves its addresses to another when it is gone", [
    ...["vrrp_script", "vrrp_track_process", "vrrp_track_file", "track_file", "track_process"],
    ...["static_track_group", "track_group"],
  ]),
  ...reasonsOf("routes and rules stay with whoever made them", [
    ...["static_routes", "static_rules"],
  ]),
  ...reasonsOf("keepalived's own times for ARP and cables", [
    ...["garp_group", "interface_up_down_delays", "linkbeat_interfaces", "linkbeat_use_polling"],
  ]),
  ...reasonsOf("how keepalived itself runs", [
    ...["net_namespace", "net_namespace_ipvs", "namespace_with_ipsets", "instance"],
    ...["use_pid_dir", "child_wait_time"],
  ]),
};
