import type { HostState } from "../../components/drift/hostState.js";
import { sharedSettings } from "./components.js";
import type { Model } from "./model/model.js";
import { sysctlNames } from "./rules.js";

/**
 * The settings that all services of a machine share: as a Director's properties, and those that a Director cannot
 * declare.
 */
export interface DirectorSettings {
  values: Pick<Model, "timeouts" | "sysctls" | "syncDaemons">;
  omitted: string[];
  notes: string[];
}

/** The kernel's defaults, in Linux 6.1 to 7.3. It computes others from the machine's memory and processors. */
const defaults: Partial<Record<string, string>> = {
  am_droprate: "10",
  amemthresh: "1024",
  conn_reuse_mode: "1",
  lblc_expiration: "86400",
  lblcr_expiration: "86400",
  pmtu_disc: "1",
  run_estimation: "1",
  snat_reroute: "1",
  sync_ports: "1",
  sync_threshold: "3 50",
  sync_version: "1",
};
const computed = ["conn_lfactor", "conn_max", "svc_lfactor", "sync_qlen_max"];
/** The settings that every Director sets to 1. */
const setByDirector = ["expire_nodest_conn", "expire_quiescent_template"];
/** Settings that the kernel changes from 1 to 2 itself while memory is short. */
const automatic = ["drop_entry", "drop_packet", "secure_tcp"];

/** @param translates True for each address family in which a service uses masquerade. */
export function directorSettings(
  seen: HostState,
  translates: { ipv4: boolean; ipv6: boolean },
): DirectorSettings {
  const omitted: string[] = [];
  // Another owner's setting is left to that owner, who restores the value of before.
  const isFree = (key: string, value: string) => {
    const held = seen.sharedSettings.find((one) => one.key === key && one.namespace === "");
    if (held) {
      omitted.push(`${key} (${value}): ${ownerOf(held.reference)} needs it`);
    }
    return held === undefined;
  };
  const values = {
    timeouts: timeouts(seen, isFree),
    sysctls: sysctls(seen, isFree, omitted),
    syncDaemons: daemons(seen, isFree),
  };
  return { values, omitted, notes: notesOnChanges(seen, translates) };
}

type IsFree = (key: string, value: string) => boolean;

/** The kernel's default timeouts, in seconds. */
const seconds: [name: string, property: keyof Model["timeouts"], usual: string][] = [
  ["tcp", "tcp", "900"],
  ["tcpfin", "tcpFin", "120"],
  ["udp", "udp", "300"],
];

function timeouts(seen: HostState, isFree: IsFree): Model["timeouts"] {
  const now = sharedSettings.timeoutsOf(seen);
  const found = seconds.flatMap(([name, property, usual]) => {
    const value = now.get(name) ?? "";
    const differs = value !== "" && value !== usual;
    return differs && isFree(`timeout ${name}`, value) ? [[property, Number(value)]] : [];
  });
  return Object.fromEntries(found) as Model["timeouts"];
}

function sysctls({ settings }: HostState, isFree: IsFree, omitted: string[]): Model["sysctls"] {
  const found = [...settings].flatMap(([path, text]) => {
    const [, key] = /^net\/ipv4\/vs\/(.*)$/.exec(path) ?? [];
    const value = text.replaceAll("\t", " ");
    if (key === undefined || isUsual(key, value) || !isFree(`net.ipv4.vs.${key}`, value)) {
      return [];
    }
    if (!sysctlNames.includes(key)) {
      omitted.push(`net.ipv4.vs.${key} (${value}): a Director has no such setting`);
      return [];
    }
    const asked = automatic.includes(key) && value === "2" ? "1" : value;
    return [[key, /^-?\d+$/.test(asked) ? Number(asked) : asked]];
  });
  return Object.fromEntries(found) as Model["sysctls"];
}

function isUsual(key: string, value: string): boolean {
  return (
    computed.includes(key) ||
    setByDirector.includes(key) ||
    value === (defaults[key] ?? "0") ||
    // The default is all processors.
    (key === "est_cpulist" && /^(0(-\d+)?)?$/.test(value))
  );
}

function daemons(seen: HostState, isFree: IsFree): Model["syncDaemons"] {
  const found = [...sharedSettings.daemonsOf(seen)].filter(([role, text]) =>
    isFree(`daemon ${role}`, text),
  );
  return found.map(([role, text]) => {
    const words = new Map(text.split(", ").map((word) => pair(word)));
    const word = (name: string) => words.get(name) ?? "";
    // ipvsadm's defaults; with this maximum length, packets fill an Ethernet frame.
    const usual = { syncid: "0", group: "224.0.0.81", port: "8848", ttl: "1", maxlen: "1472" };
    const names = { syncid: "id", group: "group", port: "port", ttl: "ttl", maxlen: "maxLength" };
    const others = Object.entries(names).flatMap(([name, property]) =>
      ["", usual[name as keyof typeof usual]].includes(word(name))
        ? []
        : [[property, name === "group" ? word(name) : Number(word(name))]],
    );
    return {
      role: role === "master" ? "master" : "backup",
      interface: word("mcast"),
      ...(Object.fromEntries(others) as object),
    };
  });
}

/** A sentence for each setting that a Director changes by itself, and that is not given. */
export function settingChanges({ settings }: HostState, given: Set<string>): string[] {
  return [
    ...setByDirector.filter((key) => !given.has(key)).map((key) => `net/ipv4/vs/${key}`),
    "net/ipv4/ip_forward",
  ]
    .filter((path) => settings.get(path) === "0")
    .map((path) => `${path.replaceAll("/", ".")} is 0, not 1: up sets it`);
}

/** A note for each setting that a Director will change. */
function notesOnChanges(
  { settings, sharedSettings }: HostState,
  { ipv4, ipv6 }: { ipv4: boolean; ipv6: boolean },
): string[] {
  const isOff = (path: string) => settings.get(path) === "0";
  const isHeld = (key: string) => sharedSettings.some((one) => one.key === key);
  const keeps = (key: string) => `sysctls: { ${key}: 0 } of the Director keeps that`;
  return [
    ...setByDirector
      .filter((key) => isOff(`net/ipv4/vs/${key}`) && !isHeld(`net.ipv4.vs.${key}`))
      .map((key) => `net.ipv4.vs.${key} is 0, and up sets it to 1: ${keeps(key)}`),
    ...(isOff("net/ipv4/ip_forward")
      ? [`net.ipv4.ip_forward is 0, and up sets it to 1${ipv4 ? ", as masquerade needs it" : ""}`]
      : []),
    ...(ipv6 && isOff("net/ipv6/conf/all/forwarding")
      ? ["net.ipv6.conf.all.forwarding is 0, and up sets it to 1, as masquerade needs it"]
      : []),
  ];
}

/** The two parts of "mcast=eth0". */
function pair(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** "PROJECT/STACK/NAME" of "KIND:PROJECT:STACK:NAME". */
function ownerOf(reference: string): string {
  return reference.split(":").slice(1).join("/");
}
