import type { Tunnel } from "../../../components/ipvs/forwarding.js";
import type { Protocol } from "../../../components/ipvs/protocols.js";
import { Findings } from "../model/findings.js";
import { plainMember } from "../model/member.js";
import {
  emptyModel,
  type ImportedMember,
  type Model,
  type ServiceKey,
  titleOf,
} from "../model/model.js";
import type { Origin } from "../model/origin.js";
import { placeOf } from "../model/places.js";
import { keyOf, Services } from "./services.js";

/** ipvsadm's options by their short names, and those that have no short one. */
const short: Partial<Record<string, string>> = {
  ...{ "--add-service": "-A", "--add-server": "-a", "--tcp-service": "-t", "--udp-service": "-u" },
  ...{ "--fwmark-service": "-f", "--ipv6": "-6", "--scheduler": "-s", "--persistent": "-p" },
  ...{ "--netmask": "-M", "--ops": "-o", "--sched-flags": "-b", "--real-server": "-r" },
  ...{ "--weight": "-w", "--masquerading": "-m", "--gatewaying": "-g", "--ipip": "-i" },
  ...{ "--u-threshold": "-x", "--l-threshold": "-y", "--persistence-engine": "--pe" },
};
const kinds: [option: string, kind: Protocol | "mark"][] = [
  ["-t", "tcp"],
  ["-u", "udp"],
  ["--sctp-service", "sctp"],
  ["-f", "mark"],
];
const ofServices = [
  "-A",
  ...kinds.map(([option]) => option),
  "-6",
  "-s",
  "-p",
  "-M",
  "-o",
  "-b",
  "--pe",
];
const ofMembers = [
  ...["-a", ...kinds.map(([option]) => option), "-6", "-r", "-w", "-m", "-g", "-i", "-x", "-y"],
  ...["--tun-type", "--tun-port", "--tun-nocsum", "--tun-csum", "--tun-remcsum"],
];

/** Reads the lines of ipvsadm-save, of `ipvsadm -S`, or of a script of ipvsadm's commands. */
export function readSave(file: string, text: string): Model {
  const findings = new Findings();
  const model = emptyModel(findings);
  const services = new Services(findings);
  text.split("\n").forEach((raw, i) => {
    const line = raw
      .replace(/#.*/, "")
      .trim()
      .replace(/^(\S*\/)?ipvsadm\s+/, "");
    if (line !== "") {
      const origin = { file, line: i + 1, column: raw.search(/\S/) + 1 };
      readLine(line, origin, services, findings);
    }
  });
  model.services = services.all;
  return model;
}

function readLine(line: string, origin: Origin, services: Services, findings: Findings): void {
  const options = optionsOf(line);
  const isService = options.has("-A");
  if (!isService && !options.has("-a")) {
    findings.omit(origin, `${line}: it adds neither a service nor a member`);
    return;
  }
  const known = isService ? ofServices : ofMembers;
  for (const option of options.keys()) {
    if (!known.includes(option)) {
      findings.omit(origin, `${option}: import does not know this option`);
    }
  }
  const [option = "", kind] = kinds.find(([one]) => options.has(one)) ?? [];
  const key = kind
    ? keyOf(kind, options.get(option) ?? "", options.has("-6"))
    : "neither an address nor a firewall mark";
  if (typeof key === "string") {
    findings.omit(origin, key);
  } else if (isService) {
    const reason = effectless(options);
    if (reason === undefined) {
      addService(key, options, origin, services);
    } else {
      findings.omit(origin, `${titleOf(key)}: ${reason}`);
    }
  } else {
    const place = placeOf(options.get("-r") ?? "", "ipvsadm-save -n");
    if (typeof place === "string") {
      findings.omit(origin, place);
    } else {
      services.addMember(key, memberOf(plainMember(place, origin), options));
    }
  }
}

/** The options of a line, by their short names. */
function optionsOf(line: string): Map<string, string> {
  const options = new Map<string, string>();
  let last = "";
  for (const word of line.split(/\s+/)) {
    if (/^-[^\d]|^-6$/.test(word)) {
      const [name = "", value = ""] = word.split("=");
      last = short[name] ?? name;
      options.set(last, value);
    } else {
      options.set(last, word);
    }
  }
  return options;
}

/** The reason why a service's options are not what they seem; undefined if they are. */
function effectless(options: Map<string, string>): string | undefined {
  if (options.get("-b") === "") {
    return `its scheduler ${options.get("-s") ?? "wlc"} has a flag without a name`;
  }
  const [lost] = ["--pe", "-M"].filter((option) => options.has(option) && !options.has("-p"));
  return lost === undefined ? undefined : `it has ${lost} and no persistence (-p)`;
}

function addService(
  key: ServiceKey,
  options: Map<string, string>,
  origin: Origin,
  services: Services,
): void {
  const mask = options.get("-M") ?? "";
  const seconds = Number(options.get("-p") ?? 0);
  services.add({
    ...{ key, scheduler: options.get("-s") ?? "wlc", onePacket: options.has("-o"), origin },
    schedulerFlags: (options.get("-b") ?? "").split(",").filter((flag) => flag !== ""),
    ...(options.has("-p") && {
      persistence: {
        timeout: seconds > 0 ? seconds : 360,
        ...(mask !== "" && { netmask: /^\d+$/.test(mask) ? Number(mask) : mask }),
        // The components' rules refuse any other.
        ...(options.has("--pe") && { engine: options.get("--pe") as "sip" }),
      },
    }),
  });
}

function memberOf(member: ImportedMember, options: Map<string, string>): ImportedMember {
  const number = (option: string, usual: number) => Number(options.get(option) ?? usual);
  const tunnel = tunnelOf(options);
  return {
    ...member,
    weight: number("-w", 1),
    forwarding: options.has("-m") ? "masquerade" : options.has("-i") ? "ipip" : "gate",
    ...(tunnel && { tunnel }),
    upperThreshold: number("-x", 0),
    lowerThreshold: number("-y", 0),
  };
}

function tunnelOf(options: Map<string, string>): Tunnel | undefined {
  const type = options.get("--tun-type");
  const port = options.get("--tun-port");
  const checksum = (["csum", "remcsum"] as const).find((one) => options.has(`--tun-${one}`));
  return type === undefined || type === "ipip"
    ? undefined
    : {
        type: type as Tunnel["type"],
        ...(port !== undefined && { port: Number(port) }),
        ...(checksum && { checksum }),
      };
}
