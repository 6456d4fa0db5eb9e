import { addressOf } from "../model/address.js";
import type { Findings } from "../model/findings.js";
import type { ImportedAddress, ImportedRouter } from "../model/model.js";
import { type Keywords, readBlock, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { noMail, noScripts } from "./realServer.js";

/** Words behind an address that have a value. */
const valued = ["brd", "scope", "label", "peer", "preferred_lft", "track_group"];

/** The addresses of a block such as virtual_ipaddress. */
export function addressesIn({ block = [] }: Statement, findings: Findings): ImportedAddress[] {
  return block.flatMap(({ words, origin }) => {
    const [text = "", ...options] = words;
    const [bare = "", length] = text.split("/");
    const address = addressOf(bare);
    const longest = bare.includes(":") ? 128 : 32;
    const prefix = length === undefined ? longest : Number(length);
    if (address === undefined || !(prefix >= 1 && prefix <= longest)) {
      findings.omit(origin, `${text} is not an address with a prefix`);
      return [];
    }
    const device = optionOf(options, "dev");
    const others = options.filter((word, i) => {
      const before = options[i - 1] ?? "";
      return word !== "dev" && before !== "dev" && !valued.includes(before);
    });
    for (const word of others) {
      findings.omit(origin, `${word}: an address has an interface and a prefix, and no more`);
    }
    return [{ address, prefix, ...(device && { interface: device }), origin }];
  });
}

function optionOf(options: string[], name: string): string | undefined {
  const at = options.indexOf(name);
  return at < 0 ? undefined : options[at + 1];
}

const noTracking =
  "a director leaves its addresses to another when it is gone or its keepalived is";
const noMac = "an address has its interface's own MAC address";
const noArp = "keepalived's own times for ARP";

/** The router of a vrrp_instance block. */
export function vrrpInstance(statement: Statement, findings: Findings): ImportedRouter {
  const router: ImportedRouter = {
    ...{ name: statement.words[1] ?? "", isMaster: false, advertInterval: 1, preempt: true },
    ...{ peers: [], addresses: [], origin: statement.origin },
  };
  const words = (inner: Statement) => new Words(inner, findings);
  const addresses = (inner: Statement) => {
    const found = addressesIn(inner, findings);
    router.addresses.push(
      ...found.map((one) => ({ ...one, interface: one.interface ?? router.interface })),
    );
  };
  const own = (inner: Statement) => {
    router.own = addressOf(words(inner).upTo(1).at(1));
  };
  const late: Statement[] = [];
  const keywords: Keywords = {
    state: (inner) => {
      router.isMaster = words(inner).upTo(1).at(1).toUpperCase() === "MASTER";
    },
    interface: (inner) => {
      router.interface = words(inner).upTo(1).at(1);
    },
    virtual_router_id: (inner) => {
      router.id = words(inner).upTo(1).integer(1, 255);
    },
    priority: (inner) => {
      const priority = words(inner).upTo(1).integer(1, 255);
      findings.note(
        inner.origin,
        `priority ${priority ?? "unknown"}: the order of directors decides here`,
      );
    },
    advert_int: (inner) => {
      router.advertInterval = words(inner).upTo(1).seconds() ?? router.advertInterval;
    },
    nopreempt: () => {
      router.preempt = false;
    },
    preempt: () => {
      router.preempt = true;
    },
    unicast_src_ip: own,
    mcast_src_ip: own,
    unicast_peer: (inner) => {
      router.peers.push(...peersIn(inner, findings));
    },
    virtual_ipaddress: (inner) => late.push(inner),
    virtual_ipaddress_excluded: (inner) => late.push(inner),
    version: (inner) => {
      if (words(inner).upTo(1).at(1) !== "3") {
        words(inner).omit("heartbeats are of VRRP version 3");
      }
    },
    check_unicast_src: () => undefined,
    accept: () => undefined,
    authentication: "VRRP version 3 has none; heartbeats go only between the directors",
    ...reasonsOf(noScripts, [
      ...["notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"],
      ...["notify_deleted", "notify_master_rx_lower_pri", "notify_priority_changes"],
    ]),
    ...reasonsOf(noTracking, [
      ...["track_interface", "track_script", "track_file", "track_process", "track_bfd"],
      ...["track_src_ip", "dont_track_primary", "preempt_delay"],
    ]),
    ...reasonsOf(noMac, ["use_vmac", "use_vmac_addr", "vmac_xmit_base", "use_ipvlan", "vrf"]),
    ...reasonsOf(noArp, [
      ...["garp_master_delay", "garp_master_repeat", "garp_lower_prio_delay"],
      ...["garp_lower_prio_repeat", "garp_master_refresh", "garp_master_refresh_repeat"],
      ...["garp_extra_if", "lower_prio_no_advert", "higher_prio_send_advert"],
    ]),
    ...reasonsOf("heartbeats go to the other directors' own addresses", [
      ...["mcast_dst_ip", "unicast_ttl", "unicast_fault_no_peer", "old_unicast_checksum"],
      ...["native_ipv6", "skip_check_adv_addr", "strict_mode", "down_timer_adverts"],
    ]),
    ...reasonsOf("routes and rules stay with whoever made them", [
      ...["virtual_routes", "virtual_rules", "promote_secondaries"],
    ]),
    no_accept: "this machine takes packets to its addresses, as a director has to",
    lvs_sync_daemon_interface: "lvs_sync_daemon has taken its place",
    debug: "keepalived's own log",
    kernel_rx_buf_size: "keepalived's own buffers",
    linkbeat_use_polling: "keepalived's own way to notice a cable",
    smtp_alert: noMail,
  };
  readBlock(statement.block ?? [], keywords, findings);
  // Addresses without a device get the router's, which may be named after them.
  for (const one of late) {
    addresses(one);
  }
  return router;
}

/** Keywords that all have the same reason. */
export function reasonsOf(reason: string, keywords: string[]): Keywords {
  return Object.fromEntries(keywords.map((keyword) => [keyword, reason]));
}

function peersIn({ block = [] }: Statement, findings: Findings): string[] {
  return block.flatMap((statement) => {
    const words = new Words(statement, findings).upTo(0);
    const peer = addressOf(words.keyword);
    if (peer === undefined) {
      words.omit("not an address");
    }
    return peer ?? [];
  });
}

/** Names the instances of a vrrp_sync_group block, which here move each by itself. */
export function syncGroup(statement: Statement, findings: Findings): void {
  const group = (inner: Statement) => {
    // "group { a b }" in one line is one statement.
    const names = (inner.block ?? []).flatMap(({ words }) => words);
    findings.omit(
      statement.origin,
      `vrrp_sync_group ${statement.words[1] ?? ""}: ${names.join(", ")} move together there; ` +
        "here they move together only when a machine is gone",
    );
  };
  readBlock(
    statement.block ?? [],
    {
      group,
      ...reasonsOf(noScripts, [
        ...["notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"],
        ...["notify_deleted", "notify_priority_changes"],
      ]),
      ...reasonsOf(noTracking, [
        ...["track_interface", "track_script", "track_file", "track_process", "track_bfd"],
        ...["global_tracking", "sync_group_tracking_weight"],
      ]),
      smtp_alert: noMail,
    },
    findings,
  );
}
