import type { HostState } from "../../../components/drift/hostState.js";
import type { Link } from "../../../components/drift/network.js";
import { hostState } from "../components.js";
import { directorSettings } from "../directorSettings.js";
import { readSave } from "../ipvsadm/save.js";
import { type ImportedService, type Model, titleOf } from "../model/model.js";
import { nowhere } from "../model/origin.js";
import { markNote, type MarkRule } from "./marks.js";
import { bare } from "./ownAddresses.js";

/** The interfaces on which kube-proxy and kube-router keep their services' addresses. */
const clusterLinks: Partial<Record<string, string>> = {
  ...{ "kube-ipvs0": "kube-proxy", "kube-dummy-if": "kube-router" },
};

/** What a machine has, without what others own. */
export function machineModel(seen: HostState, rules: MarkRule[]): Model {
  const model = readSave("", (seen.services ?? []).join("\n"));
  model.findings.forgetPlaces();
  const { findings } = model;
  model.services = model.services
    .map((service) => ({ ...service, ...withoutPlaces(service) }))
    .filter((service) => {
      const owner = ownerOf(service, seen);
      if (owner !== undefined) {
        findings.omit(nowhere, `${titleOf(service.key)}: ${owner} has it already`);
      }
      return owner === undefined;
    });
  const settings = directorSettings(seen, familiesWithMasquerade(model.services));
  Object.assign(model, settings.values);
  for (const vip of vipsOf(model.services)) {
    const place = whereIs(vip, seen.links);
    if (place) {
      model.addresses.push({ ...place, origin: nowhere });
    }
    noteOwner(vip, seen, model);
  }
  const marks = model.services.flatMap(({ key }) =>
    "firewallMark" in key ? key.firewallMark : [],
  );
  for (const mark of new Set(marks)) {
    findings.note(nowhere, markNote(mark, rules));
  }
  for (const reason of settings.omitted) {
    findings.omit(nowhere, reason);
  }
  for (const reason of settings.notes) {
    findings.note(nowhere, reason);
  }
  return model;
}

/** The addresses of services. */
export function vipsOf(services: ImportedService[]): string[] {
  return [...new Set(services.flatMap(({ key }) => ("address" in key ? key.address : [])))];
}

/** Whoever has a service already: another stack, or a cluster's proxy. */
function ownerOf({ key, origin }: ImportedService, seen: HostState): string | undefined {
  const known = ipvsadmKey(seen, origin.line);
  const recorded = ["service", "keepalivedservice"]
    .map((kind) => seen.records.get(`${kind}/${known}`)?.owner)
    .find((owner) => owner !== undefined);
  return (
    recorded ??
    hostState.tableOwners(seen).get(known) ??
    hostState.tableOwners(seen, "keepalivedtable").get(known) ??
    clusterOwner(key, seen.links)
  );
}

/** A cluster's proxy has the services at its interface's addresses, and node ports at the machine's own. */
function clusterOwner(key: ImportedService["key"], links: Link[]): string | undefined {
  if (!("address" in key)) {
    return undefined;
  }
  const found = links.find((link) => clusterLinks[link.name] !== undefined);
  const place = whereIs(key.address, links);
  const isNodePort = key.port >= 30000 && key.port <= 32767;
  return found && (place?.interface === found.name || isNodePort)
    ? `${clusterLinks[found.name]} (${found.name})`
    : undefined;
}

/** ipvsadm's words for the service in a line: "-t 192.0.2.1:80", "-f 1 -6". */
function ipvsadmKey({ services = [] }: HostState, line: number): string {
  return /^-A (.*?) -s /.exec(services[line - 1] ?? "")?.[1] ?? "";
}

/** Where an address is, and with which prefix. */
export function whereIs(address: string, links: Link[]) {
  for (const link of links) {
    const found = link.addresses.find((one) => bare(one) === address);
    if (found !== undefined) {
      return { address, prefix: Number(found.split("/")[1]), interface: link.name };
    }
  }
  return undefined;
}

function noteOwner(vip: string, { records }: HostState, { findings }: Model): void {
  for (const [path, { owner }] of records) {
    const [, address] = /^(?:keepalived)?address\/([^@]*):\d+(?:@.*)?$/.exec(path) ?? [];
    if (address === vip) {
      findings.note(
        nowhere,
        `address ${vip} is of ${owner} already: as long as that has it, its Vip is refused here`,
      );
    }
  }
}

/** True for each address family that has a member reached by masquerade. */
export function familiesWithMasquerade(services: ImportedService[]): {
  ipv4: boolean;
  ipv6: boolean;
} {
  const addresses = services
    .flatMap(({ members }) => members)
    .flatMap(({ address, forwarding }) => (forwarding === "masquerade" ? address : []));
  return {
    ipv4: addresses.some((address) => !address.includes(":")),
    ipv6: addresses.some((address) => address.includes(":")),
  };
}

/** A line of ipvsadm's output is no place that somebody could look at. */
function withoutPlaces({ origin, members }: ImportedService): Partial<ImportedService> {
  return {
    origin: { ...nowhere, line: origin.line },
    members: members.map((member) => ({ ...member, origin: nowhere })),
  };
}
