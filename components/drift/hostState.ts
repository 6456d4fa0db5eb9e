import { serviceKeyOf, parseServices } from "../ipvs/parseLines";
import { Listener, listenerOf } from "./listeners";
import { Ipv6, ipv6Of, Link, Namespace, namespaceOf, Route } from "./network";
import { Running, runningOf } from "./runningKernel";
import { Speaker, speakerOf } from "./speaker";

/** The state of a machine, as its program prints it for `observe` (host/program/observe.sh). */
export interface HostState {
  /** The machine's own name. */
  machine: string;
  bootId: string;
  /** The number of times that objects have been made on it. */
  serial: number;
  /** The fingerprint with which the program was put in place last. */
  program?: string;
  /** Undefined if the machine's program is older than this section. */
  running?: Running;
  /** Ownership records of objects by kind and key: "address/10.10.10.100:24@enp0s8". */
  records: Map<string, OwnershipRecord>;
  /** Objects that were made and not removed since, by the same keys; they survive a reboot. */
  remembered: Map<string, Remembered>;
  links: Link[];
  routes: Route[];
  /** UDP ports of tunnels: "5555 -4", with "-6" for IPv6. */
  tunnelPorts: string[];
  /** Network namespaces by name; contents are read only of the program's own. */
  namespaces: Map<string, Namespace>;
  ipv6: Ipv6;
  /**
   * Lines of ipvsadm, with thresholds as -x and -y, without the members of tables that are in place; undefined if the
   * module or ipvsadm is missing.
   */
  services?: string[];
  /** The shared settings that objects refer to; sharedSettings.ts compares them. */
  sharedSettings: SharedSetting[];
  /** The output of `ipvsadm -Ln --daemon` and `--timeout`; timeouts only if they are shared settings. */
  daemons: string[];
  timeouts: string[];
  /** The names of installed packages, out of those that the program needs. */
  packages: Set<string>;
  servers: Map<string, Server>;
  /** The BIRDs of its directors, by their names in files. */
  speakers: Map<string, Speaker>;
  listeners: Listener[];
  /** Files of the program that differ from what was written. */
  changedFiles: Map<string, "changed" | "gone">;
  /** IPVS's settings and forwarding by their names, "net/ipv4/vs/conntrack"; only from `observe all`. */
  settings: Map<string, string>;
  /** nftables tables as nft prints them: those of family ip by their names, others as "ip6 NAME". */
  tables: Map<string, string>;
}

/**
 * A shared setting that an object refers to (host/program/settings/references.sh): a kernel setting, or something that
 * exists or does not.
 */
export interface SharedSetting {
  /** KIND:PROJECT:STACK:NAME of the object. */
  reference: string;
  /** A kernel setting's name, or "timeout tcp", "daemon master", "address …", "link ipvs-gre", "fou 5555 -4". */
  key: string;
  wanted: string;
  /** The present value; of kernel settings only. */
  now?: string;
  /** Empty for the machine itself. */
  namespace: string;
}

/** The owner of an object, and the settings that it was last made with. */
export interface OwnershipRecord {
  owner: string;
  /** The drift fingerprint of the last apply; "unfinished" if that was cut off. */
  fingerprint: string;
  /** Lines that the object's script has recorded. */
  also: string[];
  /** The settings that were applied: "key value", or lines of ipvsadm. */
  settings: string[];
  /** True if all members of a table's services are in the kernel as they were made; `settings` then leaves them out. */
  inPlace?: boolean;
  /** SHA-256 of a table's whole record. */
  digest?: string;
}

/** A network namespace of the machine, or the machine itself where the name is empty. */
export function namespaceIn(seen: HostState, name: string): Namespace | undefined {
  return name === "" ? seen : seen.namespaces.get(name);
}

/** "PROJECT/STACK" of an owner. */
export function stackOf(owner: string): string {
  return owner.split("/").slice(0, 2).join("/");
}

/** The keys of the services among lines of ipvsadm. */
export function keysOf(lines: string[]): string[] {
  return lines.filter((line) => line.startsWith("-A")).map(serviceKeyOf);
}

const owners = new WeakMap<HostState, Map<string, Map<string, string>>>();

/**
 * The owners of the services that are in tables, by the services' keys; computed once.
 * @param kind Tables of engine "ipvsadm", or those of keepalived.
 */
export function tableOwners(
  seen: HostState,
  kind: "servicetable" | "keepalivedtable" = "servicetable",
): Map<string, string> {
  const byKind = owners.get(seen) ?? new Map<string, Map<string, string>>();
  owners.set(seen, byKind);
  const known = byKind.get(kind) ?? new Map<string, string>();
  if (!byKind.has(kind)) {
    byKind.set(kind, known);
    for (const [path, record] of seen.records) {
      if (path.startsWith(`${kind}/`)) {
        for (const key of keysOf(record.settings)) {
          known.set(key, record.owner);
        }
      }
    }
  }
  return known;
}

/** The owner of an object when it was last made, and the machine's boot at that time. */
export interface Remembered {
  owner: string;
  bootId: string;
}

/** A web server of the program, or a director's keepalived as "keepalived/NAME". */
export interface Server {
  /** The state of its unit in systemd: active, inactive, failed … */
  state: string;
  startsAtBoot: boolean;
  insideItsNamespace: boolean;
}

/** Parses the output of `observe`. @throws Error if the text is something else. */
export function parseHostState(text: string): HostState {
  const sections = sectionsOf(text);
  const section = (name: string) => sections.get(name) ?? [];
  const host = wordsOf(section("host"));
  const bootId = host.get("boot");
  if (bootId === undefined || !sections.has("end")) {
    throw new Error(`unexpected answer: ${text.slice(0, 200)}`);
  }
  return {
    machine: host.get("name") ?? "",
    bootId,
    serial: Number(host.get("last") ?? 0),
    program: host.get("program"),
    running: runningOf(host),
    ...recordsOf(
      [
        ...section("marks").filter((line) => !line.startsWith("% ")),
        ...section("tables of services"),
      ],
      section("digests of tables"),
    ),
    ...namespaceOf(section("links")),
    namespaces: blocksOf(section("namespaces"), namespaceOf),
    ipv6: ipv6Of(section("ipv6")),
    services: parseServices(section("services"), section("thresholds")),
    sharedSettings: section("marks").flatMap(sharedSettingOf),
    daemons: section("daemons"),
    timeouts: section("timeouts"),
    packages: new Set(
      section("packages").flatMap((line) => /^(\S+) installed$/.exec(line)?.[1] ?? []),
    ),
    servers: serversOf(section("servers")),
    speakers: blocksOf(section("bgp"), speakerOf),
    listeners: section("listeners").flatMap(listenerOf),
    changedFiles: changedFilesOf(section("servers")),
    settings: wordsOf(section("settings")),
    tables: tablesOf(section("tables")),
  };
}

function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("@@ ")) {
      lines = [];
      sections.set(line.slice(3), lines);
    } else if (line !== "") {
      lines.push(line);
    }
  }
  return sections;
}

/** "@ NAME" lines, each with the lines after it. */
function blocksOf<T>(lines: string[], read: (block: string[]) => T): Map<string, T> {
  const blocks = new Map<string, string[]>();
  let block: string[] = [];
  for (const line of lines) {
    if (line.startsWith("@ ")) {
      block = [];
      blocks.set(line.slice(2), block);
    } else {
      block.push(line);
    }
  }
  return new Map([...blocks].map(([name, found]) => [name, read(found)]));
}

/** "key value" lines. */
export function wordsOf(lines: string[]): Map<string, string> {
  return new Map(lines.map((line) => [line.split(" ", 1)[0] ?? "", line.replace(/^\S+ ?/, "")]));
}

function recordsOf(lines: string[], digests: string[]): Pick<HostState, "records" | "remembered"> {
  const records = new Map<string, OwnershipRecord>();
  const remembered = new Map<string, Remembered>();
  const texts = blocksOf(lines, (text) => text.map((line) => line.slice("= ".length)));
  for (const [path, text] of texts) {
    const key = path.split("/").slice(-2).join("/");
    if (path.includes("/objects/")) {
      const [, bootId = "", owner = ""] = text[0]?.split(" ") ?? [];
      remembered.set(key, { owner, bootId });
    } else {
      records.set(key, recordOf(text));
    }
  }
  for (const line of digests) {
    const [digest = "", path = ""] = line.split(/ +/);
    const record = records.get(path.split("/").slice(-2).join("/"));
    if (record) {
      record.digest = digest;
    }
  }
  return { records, remembered };
}

function recordOf(text: string[]): OwnershipRecord {
  const end = text.indexOf("");
  const head = end < 0 ? text : text.slice(0, end);
  const words = wordsOf(head);
  return {
    owner: words.get("owner") ?? "",
    fingerprint: words.get("generation") ?? "",
    also: head.filter((line) => line.startsWith("also ")).map((line) => line.slice(5)),
    settings: end < 0 ? [] : text.slice(end + 1).filter((line) => line !== ""),
    ...(words.has("in-place") ? { inPlace: true } : {}),
  };
}

/** "% REFERENCE<tab>KEY<tab>WANTED<tab>NOW<tab>NAMESPACE" */
function sharedSettingOf(line: string): SharedSetting[] {
  const [reference, key, wanted, now, namespace = ""] = line.slice("% ".length).split("\t");
  return !line.startsWith("% ") ||
    reference === undefined ||
    key === undefined ||
    wanted === undefined
    ? []
    : [{ reference, key, wanted, namespace, now: now === "" ? undefined : now }];
}

/** The line of `sha256sum --check` for a file that differs from what was written. */
const failed = /^(\/.*): FAILED( open or read)?$/;

function serversOf(lines: string[]): Map<string, Server> {
  return new Map(
    lines
      .filter((line) => !failed.test(line))
      .map((line) => {
        const [name = "", state = "", starts, inside] = line.split(" ");
        return [
          name,
          { state, startsAtBoot: starts === "yes", insideItsNamespace: inside === "yes" },
        ];
      }),
  );
}

/** Files that differ from what was written, and whether each is changed or gone. */
function changedFilesOf(lines: string[]): Map<string, "changed" | "gone"> {
  return new Map(
    lines.flatMap((line) => {
      const [, path, gone] = failed.exec(line) ?? [];
      return path === undefined ? [] : [[path, gone ? "gone" : "changed"]];
    }),
  );
}

/** Tables, each from "table ip NAME {" to "}"; those of IPv4 by their names, others as "ip6 NAME". */
function tablesOf(lines: string[]): Map<string, string> {
  const tables = new Map<string, string>();
  let name = "";
  for (const line of lines) {
    name = /^table (\S+ \S+) \{/.exec(line)?.[1]?.replace(/^ip /, "") ?? name;
    tables.set(name, (tables.has(name) ? `${tables.get(name)}\n` : "") + line);
  }
  return tables;
}
