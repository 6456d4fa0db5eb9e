import type { z } from "zod";
import { isIpv6, multicast } from "../args/networks";
import {
  interfaceName,
  invalid,
  listOf,
  matching,
  object,
  oneOf,
  oneOfNumbers,
  port,
  integer,
} from "../args/validate";
import { Requirement } from "../host/reservations";

/** Settings that IPVS has once for all services of a machine. */
export interface DirectorSettings {
  /** The time that the kernel keeps a connection without packets. @default as the kernel has them: 900, 120, 300 */
  timeouts?: Timeouts;
  /**
   * Daemons that share connections with other directors, so that connections survive when one takes another's place. At
   * most one of each role. @default none
   */
  syncDaemons?: SyncDaemon[];
  /**
   * Settings below net.ipv4.vs, by the names of the kernel's documentation (ipvs-sysctl.rst). Settings that are not
   * given stay as they are, except for expire_nodest_conn and expire_quiescent_template, whose default here is 1:
   * clients of a member that is gone, or that has weight 0, reconnect, even if persistence kept them with it. A setting
   * that the machine's kernel lacks is refused, with the release that brought it.
   */
  sysctls?: Partial<Record<Sysctl, number>> & SysctlTexts;
}

/** Timeouts in seconds, 1 to 2678400, which is 31 days (ipvsadm(8), --set). */
export interface Timeouts {
  /** For a TCP connection that is open. */
  tcp?: number;
  /** For a TCP connection that one side has closed. */
  tcpFin?: number;
  /** For a UDP flow without packets. */
  udp?: number;
}

/** A daemon that sends connections to other directors, or receives them (ipvsadm(8), --start-daemon). */
export interface SyncDaemon {
  /** "master" sends, "backup" receives. */
  role: "master" | "backup";
  /** The interface of the network that the directors share. */
  interface: string;
  /**
   * The number that directors which share connections have in common, 0 to 255; a backup with 0 receives from all.
   * @default 0
   */
  id?: number;
  /** The multicast address, IPv4 or IPv6. @default "224.0.0.81" */
  group?: string;
  /** The UDP port. @default 8848 */
  port?: number;
  /** The number of routers that packets may pass, 1 to 255. @default 1 */
  ttl?: number;
  /** The most bytes in a packet, 1 to 65507, for a backup at least 1024. @default what fits into the interface's MTU */
  maxLength?: number;
}

const seconds = integer(1, 2678400);
const maxInt = 2147483647;
const yesOrNo = integer(0, 1);
const number = integer(0, maxInt);
/** The values of the defences. The kernel itself turns 1 into 2 while memory is short. */
const defence = oneOfNumbers([0, 1, 3]);

/** Settings below net.ipv4.vs that are not numbers. */
export interface SysctlTexts {
  /** The processors that may run estimations, such as "0-3,8"; from Linux 6.2 on. */
  est_cpulist?: string;
  /**
   * The packet after which a connection is synchronised to other directors, and the number of packets until the next
   * time: "3 50".
   */
  sync_threshold?: string;
}

// Written out, so that the package's types need no zod.
/**
 * A setting below net.ipv4.vs (the kernel's ipvs-sysctl.rst), each 0 or 1, but for: conn_reuse_mode 0 to 7;
 * drop_entry, drop_packet and secure_tcp 0, 1 or 3; sync_ports 1, 2, 4, 8, 16, 32 or 64; sync_refresh_period
 * 0 to 86400 (seconds); sync_retries 0 to 3; est_nice -20 to 19 (Linux 6.2); conn_lfactor and svc_lfactor -8 to 8
 * (7.1); conn_max 0 to 1073741824 (7.2); am_droprate, amemthresh (pages of memory), sync_qlen_max and
 * sync_sock_size (bytes) 0 to 2147483647.
 */
// prettier-ignore
export type Sysctl =
  | "am_droprate" | "amemthresh" | "backup_only" | "cache_bypass" | "conn_lfactor" | "conn_max"
  | "conn_reuse_mode" | "conntrack" | "drop_entry" | "drop_packet" | "expire_nodest_conn"
  | "est_nice" | "expire_quiescent_template" | "ignore_tunneled" | "nat_icmp_send" | "pmtu_disc"
  | "run_estimation" | "schedule_icmp" | "secure_tcp" | "sloppy_sctp" | "sloppy_tcp"
  | "snat_reroute" | "svc_lfactor" | "sync_persist_mode" | "sync_ports" | "sync_qlen_max" | "sync_refresh_period"
  | "sync_retries" | "sync_sock_size" | "sync_version";

/** The load factor of a table: buckets for each entry, as a power of two. */
const loadFactor = integer(-8, 8);

/** The settings that are one number, and the values that make sense to the kernel. */
const sysctls = {
  am_droprate: number,
  amemthresh: number,
  backup_only: yesOrNo,
  cache_bypass: yesOrNo,
  conn_lfactor: loadFactor,
  conn_max: integer(0, 1073741824),
  conn_reuse_mode: integer(0, 7),
  conntrack: yesOrNo,
  drop_entry: defence,
  drop_packet: defence,
  est_nice: integer(-20, 19),
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
  svc_lfactor: loadFactor,
  sync_persist_mode: yesOrNo,
  sync_ports: oneOfNumbers([1, 2, 4, 8, 16, 32, 64]),
  sync_qlen_max: number,
  sync_refresh_period: integer(0, 86400),
  sync_retries: integer(0, 3),
  sync_sock_size: number,
  sync_version: yesOrNo,
} satisfies Record<Sysctl, z.ZodType<number>>;

/** The settings that are not numbers, as the kernel prints them. */
const texts = {
  est_cpulist: matching(
    (s) => processors(s).length > 0,
    'a list of processors such as "0-3,8"',
  ).transform(listed),
  sync_threshold: matching(
    isSyncThreshold,
    'a number of packets and a greater period, or 0 for none, such as "3 50"',
  ).transform((s) => s.trim().split(/\s+/).map(Number).join(" ")),
};

/**
 * The settings below net.ipv4.vs that a Director may have.
 * @internal
 */
export const sysctlNames = [...Object.keys(sysctls), ...Object.keys(texts)];

/** @internal */
export const directorSettings = {
  timeouts: object({
    tcp: seconds.optional(),
    tcpFin: seconds.optional(),
    udp: seconds.optional(),
  }).optional(),
  syncDaemons: listOf(
    object({
      role: oneOf(["master", "backup"]),
      interface: interfaceName,
      id: integer(0, 255).optional(),
      group: multicast.optional(),
      port: port.optional(),
      ttl: integer(1, 255).optional(),
      maxLength: integer(1, 65507).optional(),
    }),
    "daemons",
  ).optional(),
  sysctls: object({
    ...Object.fromEntries(Object.entries(sysctls).map(([key, value]) => [key, value.optional()])),
    est_cpulist: texts.est_cpulist.optional(),
    sync_threshold: texts.sync_threshold.optional(),
  }).optional(),
};

/** The numbers in "0-3,8"; none if it is not such a list. */
function processors(s: string): number[] {
  const parts = s.split(",").map((part) => /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part));
  const numbers = parts.flatMap((part) => {
    const [, from = "", to = from] = part ?? [];
    const count = part === null ? 0 : Number(to) - Number(from) + 1;
    return count > 0 ? Array.from({ length: count }, (_, i) => Number(from) + i) : [NaN];
  });
  return numbers.includes(NaN) ? [] : [...new Set(numbers)].sort((a, b) => a - b);
}

/** The same list, sorted, with as few parts as possible. */
function listed(s: string): string {
  const all = processors(s);
  const first = all.filter((n) => !all.includes(n - 1));
  const last = all.filter((n) => !all.includes(n + 1));
  return first.map((n, i) => (n === last[i] ? `${n}` : `${n}-${last[i]}`)).join(",");
}

/** True for a pair that the kernel accepts. */
function isSyncThreshold(s: string): boolean {
  const [, packets, period] = /^\s*(\d{1,9})\s+(\d{1,9})\s*$/.exec(s) ?? [];
  return period !== undefined && (Number(period) === 0 || Number(packets) < Number(period));
}

/** @throws pulumi.RunError if two daemons have the same role, or if the kernel would use another length. */
export function checkSyncDaemons(name: string, daemons: SyncDaemon[]): void {
  const problems = daemons.flatMap(({ role, group, maxLength }, i) => {
    const at = `syncDaemons[${i}]`;
    const first = daemons.findIndex((d) => d.role === role);
    // IPv6's header is the longer one.
    const [min, max] = [role === "backup" ? 1024 : 1, isIpv6(group ?? "") ? 65487 : 65507];
    return [
      ...(first < i
        ? [`${at}.role: syncDaemons[${first}] is the ${role} already; the kernel has one of each`]
        : []),
      ...(maxLength !== undefined && (maxLength < min || maxLength > max)
        ? [
            `${at}.maxLength: ${maxLength} is not a whole number from ${min} to ${max}, as a ${role} of this group needs`,
          ]
        : []),
    ];
  });
  if (problems.length > 0) {
    throw invalid("Director", name, problems);
  }
}

/** A daemon as ipvsadm prints it, but with the length last: the kernel chooses it if none is given. */
function daemonText({ interface: name, id, group, port: at, ttl, maxLength }: SyncDaemon): string {
  const length = maxLength === undefined ? "" : `, maxlen=${maxLength}`;
  return `mcast=${name}, syncid=${id ?? 0}, group=${group ?? "224.0.0.81"}, port=${at ?? 8848}, ttl=${ttl ?? 1}${length}`;
}

function timeoutsOf({ timeouts = {} }: DirectorSettings): [string, number][] {
  const { tcp, tcpFin: tcpfin, udp } = timeouts;
  return Object.entries({ tcp, tcpfin, udp }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
}

/** The settings that have a value: a program may pass undefined. */
function sysctlsOf({ sysctls }: DirectorSettings): [string, string | number][] {
  return Object.entries<string | number | undefined>({ ...sysctls }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
}

/** The daemons by role, as host/program/settings/ipvs.sh reads them. */
export function daemonsOf(daemons: SyncDaemon[]): Record<string, string> {
  return Object.fromEntries(daemons.map((daemon) => [daemon.role, daemonText(daemon)]));
}

/** The lines of kinds/director/director.sh. */
export function settingsSpec(settings: DirectorSettings): Record<string, string> {
  // Each setting is one word, so a pair has a comma in it.
  const words = (pairs: [string, string | number][]) =>
    pairs.map(([key, value]) => `${key}=${String(value).replace(" ", ",")}`).join(" ");
  return {
    sysctls: words(sysctlsOf(settings)),
    timeouts: words(timeoutsOf(settings)),
    ...daemonsOf(settings.syncDaemons ?? []),
  };
}

/** The settings that every director makes unless its arguments say otherwise. */
const defaults = { expire_nodest_conn: 1, expire_quiescent_template: 1 };

/** The requirements of a director for the settings that a machine has only once. */
export function settingsOf(settings: DirectorSettings): Requirement[] {
  return [
    ...Object.entries({ ...defaults, ...Object.fromEntries(sysctlsOf(settings)) }).map(
      ([key, value]) => ({
        property: `sysctls.${key}`,
        what: `net.ipv4.vs.${key}`,
        value,
      }),
    ),
    ...timeoutsOf(settings).map(([key, value]) => ({
      property: `timeouts.${key === "tcpfin" ? "tcpFin" : key}`,
      what: `timeout ${key}`,
      value,
    })),
    ...daemonRequirements(settings.syncDaemons ?? [], (i) => `syncDaemons[${i}]`),
  ];
}

/** The requirement of each daemon: a machine has one of each role. */
export function daemonRequirements(
  daemons: SyncDaemon[],
  property: (i: number) => string,
): Requirement[] {
  return daemons.map((daemon, i) => ({
    property: property(i),
    what: `the ${daemon.role} daemon`,
    value: daemonText(daemon),
  }));
}
