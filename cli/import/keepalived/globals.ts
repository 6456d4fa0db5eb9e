import type { SyncDaemon } from "../../../components/director/directorSettings.js";
import type { Model } from "../model/model.js";
import { type Keywords, readBlock, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";
import { noMail, noScripts, noSnmp } from "./realServer.js";
import { reasonsOf } from "./vrrp.js";

const noProcess = "how keepalived itself runs";
const noVrrp = "VRRP's details are the engine's own";

/** Reads a global_defs block. */
export function globalDefs({ block = [] }: Statement, model: Model): void {
  const { findings } = model;
  const keywords: Keywords = {
    router_id: (statement) => {
      model.name = new Words(statement, findings).upTo(1).at(1);
    },
    lvs_sync_daemon: (statement) => {
      model.syncDaemons = daemonsOf(statement, model);
    },
    lvs_timeouts: (statement) => {
      timeouts(statement, model);
    },
    ...reasonsOf(noMail, [
      ...["notification_email", "notification_email_from", "smtp_server", "smtp_helo_name"],
      ...["smtp_connect_timeout", "smtp_alert", "smtp_alert_vrrp", "smtp_alert_checker"],
      ...["no_email_faults", "no_checker_emails", "email_faults"],
    ]),
    ...reasonsOf(noScripts, [
      ...["startup_script", "startup_script_timeout", "shutdown_script"],
      ...["shutdown_script_timeout", "script_user", "enable_script_security", "notify_fifo"],
      ...["notify_fifo_script", "lvs_notify_fifo", "lvs_notify_fifo_script"],
      ...["vrrp_notify_fifo", "vrrp_notify_fifo_script", "rs_init_notifies"],
    ]),
    ...reasonsOf(noSnmp, [
      ...["enable_traps", "snmp_socket", "enable_snmp_vrrp", "enable_snmp_checker"],
      ...["enable_snmp_rfc", "enable_snmp_rfcv2", "enable_snmp_rfcv3", "snmp_server"],
    ]),
    lvs_flush: "this director removes only services that it made",
    lvs_flush_on_stop: "services stay when keepalived stops for an update",
  };
  const rest = block.filter(({ words: [name = ""] }) => !Object.hasOwn(keywords, name));
  const known = Object.fromEntries(
    rest.flatMap(({ words: [name = ""] }) =>
      name.startsWith("vrrp_")
        ? [[name, noVrrp]]
        : processWords.test(name)
          ? [[name, noProcess]]
          : [],
    ),
  );
  readBlock(block, { ...keywords, ...known }, findings);
}

/** Keywords of keepalived's processes: buffers, priorities, names, reloads, firewalls. */
const processWords =
  /^(bfd_|checker_|lvs_netlink_|process_|nftables|vmac_|reload_|dbus_|enable_dbus|config_save_dir|tmp_config|default_interface|disable_local_igmp|dynamic_interfaces|log_unknown|max_auto|min_auto|random_seed|umask|include_check|fifo_write|use_symlink|net_namespace|namespace_|instance|use_pid_dir|child_wait|data_use_instance|state_dump)/;

/** "lvs_timeouts tcp 7200 tcpfin 60 udp 300" */
function timeouts(statement: Statement, model: Model): void {
  const words = new Words(statement, model.findings);
  const names: Partial<Record<string, "tcp" | "tcpFin" | "udp">> = {
    ...{ tcp: "tcp", tcpfin: "tcpFin", udp: "udp" },
  };
  for (let i = 1; words.at(i) !== ""; i += 2) {
    const name = names[words.at(i)];
    const seconds = words.integer(1, 2678400, i + 1);
    if (!name) {
      words.omit(`${words.at(i)} is none of tcp, tcpfin and udp`);
    } else if (seconds !== undefined) {
      model.timeouts[name] = seconds;
    }
  }
}

/**
 * "lvs_sync_daemon eth1 inst VI_1 id 51 port 8848": a daemon of each role. keepalived starts one of them at a time if
 * an instance is named, and both otherwise.
 */
function daemonsOf(statement: Statement, model: Model): SyncDaemon[] {
  const words = new Words(statement, model.findings);
  const settings: Omit<SyncDaemon, "role" | "interface"> = {};
  for (let i = 2; words.at(i) !== ""; i++) {
    switch (words.at(i)) {
      case "inst":
        // The kernel has one daemon of each role, so both may run all the time.
        model.findings.note(
          statement.origin,
          `lvs_sync_daemon: both daemons run, whoever has ${words.at(++i)}`,
        );
        break;
      case "id":
        settings.id = words.integer(0, 255, ++i);
        break;
      case "maxlen":
        settings.maxLength = words.integer(1, 65507, ++i);
        break;
      case "port":
        settings.port = words.integer(1, 65535, ++i);
        break;
      case "ttl":
        settings.ttl = words.integer(1, 255, ++i);
        break;
      case "group":
        settings.group = words.at(++i);
        break;
      default:
        // The name of an instance may stand alone, right behind the interface.
        if (i > 2) {
          words.omit(`${words.at(i)} is no option of a daemon`);
        }
    }
  }
  return (["master", "backup"] as const).map((role) => ({
    ...{ role, interface: words.at(1) },
    ...settings,
  }));
}
