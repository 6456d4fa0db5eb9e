import { optional, type Properties, required } from "./cases";
import * as settings from "./settingKinds";
import * as kinds from "./valueKinds";

const seconds = optional(kinds.whole(1, 2678400));
export const timeoutsProperties: Properties = { tcp: seconds, tcpFin: seconds, udp: seconds };

export const syncDaemonProperties: Properties = {
  role: required(kinds.oneOf("master", "backup")),
  interface: required(kinds.interfaceName),
  id: optional(kinds.whole(0, 255)),
  group: optional(settings.multicast),
  port: optional(kinds.port),
  ttl: optional(kinds.whole(1, 255)),
  maxLength: optional(kinds.whole(1, 65507)),
};

const yesOrNo = kinds.whole(0, 1);
const defence = settings.oneOfNumbers([0, 1, 3], [2]);
const number = kinds.whole(0, 2147483647);
/** As the kernel's documentation has them (ipvs-sysctl.rst); the last two are texts. */
const sysctlKinds: Record<string, kinds.Kind> = {
  am_droprate: number,
  amemthresh: number,
  backup_only: yesOrNo,
  cache_bypass: yesOrNo,
  conn_lfactor: kinds.whole(-8, 8),
  conn_max: kinds.whole(0, 1073741824),
  conn_reuse_mode: kinds.whole(0, 7),
  conntrack: yesOrNo,
  drop_entry: defence,
  drop_packet: defence,
  est_nice: kinds.whole(-20, 19),
  expire_nodest_conn: yesOrNo,
  expire_quiescent_template: yesOrNo,
  ignore_tunneled: yesOrNo,
  nat_icmp_send: yesOrNo,
  pmtu_disc: yesOrNo,
  run_estimation: yesOrNo,
  schedule_icmp: yesOrNo,
  secure_tcp: defence,
  sloppy_sctp: yesOrNo,
  sloppy_tcp: yesOrNo,
  snat_reroute: yesOrNo,
  svc_lfactor: kinds.whole(-8, 8),
  sync_persist_mode: yesOrNo,
  sync_ports: settings.oneOfNumbers([1, 2, 4, 8, 16, 32, 64], [0, 3, 128]),
  sync_qlen_max: number,
  sync_refresh_period: kinds.whole(0, 86400),
  sync_retries: kinds.whole(0, 3),
  sync_sock_size: number,
  sync_version: yesOrNo,
  est_cpulist: kinds.written(
    'a list of processors such as "0-3,8"',
    ["", "0-", "3-1", "0 1", "all", "0,,1", "$(id)", "0\n"],
    ["0", "0-3,8"],
  ),
  sync_threshold: kinds.written(
    'a number of packets and a greater period, or 0 for none, such as "3 50"',
    ["", "3", "50 3", "3 50 1", "-1 3", "3,50", "$(id)"],
    ["3 50", "5 0"],
  ),
};
export const sysctlProperties: Properties = Object.fromEntries(
  Object.entries(sysctlKinds).map(([name, kind]) => [name, optional(kind)]),
);
