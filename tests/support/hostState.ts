import { parseHostState } from "../../components/drift/hostState";
import { Declared, detectDrift, DriftResult } from "../../components/kinds/detectDrift";

/** One object's record on a machine, as host/program/observe.sh prints it. */
export interface Recorded {
  kind: string;
  key: string;
  owner: string;
  generation?: string;
  also?: string[];
  settings: string[];
}

/** What a machine has; left out is what it has not. */
export interface Machine {
  marks?: Recorded[];
  /** "KIND/KEY", with the owner and the boot in which it was made. */
  memories?: [key: string, owner: string, boot: string][];
  services?: string[];
  links?: object[];
  tables?: string[];
  /** "REFERENCE<tab>KEY<tab>WANTED<tab>NOW<tab>NAMESPACE" */
  held?: string[];
  namespaces?: string[];
}

/** The text that host/program/observe.sh prints on such a machine. */
export function printed(machine: Machine): string {
  const block = (path: string, lines: string[]) => [
    `@ ${path}`,
    ...lines.map((line) => `= ${line}`),
  ];
  return [
    ...["@@ host", "name lb", "boot b00t", "last 7", "@@ marks"],
    ...(machine.marks ?? []).flatMap(({ kind, key, owner, generation, also = [], settings }) =>
      block(`/run/ipvs-lab/${kind}/${key}`, [
        `owner ${owner}`,
        `generation ${generation ?? "g new"}`,
        ...also.map((line) => `also ${line}`),
        "",
        ...settings,
      ]),
    ),
    ...(machine.memories ?? []).flatMap(([key, owner, boot]) =>
      block(`/var/lib/ipvs-lab/objects/${key}`, [`made ${boot} ${owner}`]),
    ),
    ...(machine.held ?? []).map((line) => `% ${line}`),
    ...["@@ links", JSON.stringify(machine.links ?? []), "[]"],
    ...["@@ namespaces", ...(machine.namespaces ?? []).map((name) => `@ ${name}`)],
    ...["@@ services", "loaded", ...(machine.services ?? []), "@@ thresholds"],
    ...["@@ packages", "ipvsadm installed", "nftables installed", "@@ servers"],
    ...["@@ tables", ...(machine.tables ?? []), "@@ end", ""],
  ].join("\n");
}

/** What the preview says of an object on such a machine. */
export function verdict(
  object: Omit<Declared, "adopt"> & Partial<Declared>,
  machine: Machine,
): DriftResult {
  return detectDrift({ adopt: false, ...object }, parseHostState(printed(machine)), "lb");
}

/** Lines as a script reads them. */
export function text(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
