import type { Forwarding } from "../../../components/ipvs/forwarding.js";
import type { Protocol } from "../../../components/ipvs/protocols.js";
import { Findings } from "../model/findings.js";
import { placed, plainMember } from "../model/member.js";
import {
  emptyModel,
  type ImportedMember,
  type ImportedService,
  type Model,
  type ServiceKey,
} from "../model/model.js";
import { placeOf } from "../model/places.js";
import { YamlFile, type Entry } from "./yamlFile.js";

const methods: Partial<Record<string, Forwarding>> = {
  ...{ direct: "gate", nat: "masquerade", tunnel: "ipip" },
};

/** What services and destinations have where they say nothing. */
interface Defaults {
  port: number;
  weight: number;
  scheduler: string;
  forwarding: Forwarding;
}

/**
 * Reads ipvsctl's YAML.
 * @throws SourceError if it is no YAML, or has no list of services.
 */
export function readIpvsctl(file: string, text: string): Model {
  const yaml = new YamlFile(file, text);
  const findings = new Findings();
  const model = emptyModel(findings);
  const defaults: Defaults = { port: 0, weight: 0, scheduler: "rr", forwarding: "gate" };
  let services: Entry[] = [];
  yaml.root.read(findings, {
    defaults: (entry) => {
      entry.read(findings, {
        port: (one) => (defaults.port = one.integer(1, 65535, findings) ?? 0),
        weight: (one) => (defaults.weight = one.integer(0, 65535, findings) ?? 0),
        sched: (one) => (defaults.scheduler = one.text()),
        forward: (one) => (defaults.forwarding = methodOf(one, findings) ?? "gate"),
      });
    },
    services: (entry) => (services = entry.items()),
  });
  model.services = services.flatMap((one) => serviceOf(one, defaults, findings) ?? []);
  return model;
}

function serviceOf(
  entry: Entry,
  defaults: Defaults,
  findings: Findings,
): ImportedService | undefined {
  let key: ServiceKey | undefined;
  let scheduler = defaults.scheduler;
  let destinations: Entry[] = [];
  entry.read(findings, {
    address: (one) => (key = keyOf(one, defaults.port, findings)),
    sched: (one) => (scheduler = one.text() || scheduler),
    destinations: (one) => (destinations = one.items()),
  });
  if (!key) {
    if (!entry.has("address")) {
      findings.omit(entry.origin, "a service without an address");
    }
    return undefined;
  }
  const servicePort = "port" in key ? key.port : 0;
  const members = destinations.flatMap((one) => memberOf(one, defaults, findings) ?? []);
  return {
    ...{ key, scheduler, schedulerFlags: [], onePacket: false, origin: entry.origin },
    members: members.map((member) => placed(member, servicePort, findings)),
  };
}

function memberOf(
  entry: Entry,
  defaults: Defaults,
  findings: Findings,
): ImportedMember | undefined {
  let member: ImportedMember | undefined;
  let { weight, forwarding } = defaults;
  entry.read(findings, {
    address: (one) => {
      const place = one.isParameter(findings) ? undefined : placeOf(one.text());
      if (typeof place === "string") {
        findings.omit(one.origin, place);
      } else if (place) {
        const port = place.port === 0 ? defaults.port : place.port;
        member = plainMember({ ...place, port }, entry.origin);
      }
    },
    // For ipvsctl a weight of 0 is none, so that the default is meant.
    weight: (one) => {
      const given = one.integer(0, 65535, findings) ?? 0;
      weight = given === 0 ? defaults.weight : given;
    },
    forward: (one) => (forwarding = methodOf(one, findings) ?? forwarding),
  });
  if (!member && !entry.has("address")) {
    findings.omit(entry.origin, "a destination without an address");
  }
  return member && { ...member, weight, forwarding };
}

/** "tcp://192.0.2.1:80" or "fwmark:7"; undefined, and named, if it is neither. */
function keyOf(entry: Entry, usualPort: number, findings: Findings): ServiceKey | undefined {
  const text = entry.text();
  if (entry.isParameter(findings)) {
    return undefined;
  }
  const [, mark] = /^fwmark:(\d+)$/.exec(text) ?? [];
  const [, protocol, rest = ""] = /^(tcp|udp|sctp):\/\/(.*?)[/ ]*$/.exec(text) ?? [];
  if (mark !== undefined && Number(mark) >= 1 && Number(mark) <= 2147483647) {
    return { firewallMark: Number(mark), family: "ipv4" };
  }
  if (protocol === undefined) {
    findings.omit(entry.origin, `${text} is no address such as tcp://192.0.2.1:80 or fwmark:7`);
    return undefined;
  }
  const place = placeOf(rest);
  if (typeof place === "string") {
    findings.omit(entry.origin, place);
    return undefined;
  }
  const port = place.port === 0 ? usualPort : place.port;
  return { address: place.address, port, protocol: protocol as Protocol };
}

function methodOf(entry: Entry, findings: Findings): Forwarding | undefined {
  const method = methods[entry.text()];
  if (!method) {
    findings.omit(entry.origin, `${entry.text()} is none of direct, nat and tunnel`);
  }
  return method;
}
