import type { Forwarding } from "../../../components/ipvs/forwarding.js";
import type { Protocol } from "../../../components/ipvs/protocols.js";
import type { Persistence } from "../../../components/ipvs/serviceLines.js";
import { Findings } from "../model/findings.js";
import { plainMember } from "../model/member.js";
import { emptyModel, type Model, type ServiceKey } from "../model/model.js";
import type { Origin } from "../model/origin.js";
import { placeOf } from "../model/places.js";
import { keyOf, Services } from "./services.js";

const kinds: Partial<Record<string, Protocol | "mark">> = {
  ...{ TCP: "tcp", UDP: "udp", SCTP: "sctp", FWM: "mark" },
};
const methods: Partial<Record<string, Forwarding>> = {
  ...{ Masq: "masquerade", Route: "gate", Tunnel: "ipip", Local: "gate" },
};

/**
 * Reads what `ipvsadm -Ln` prints. What `ipvsadm -Ln --thresholds` prints may follow: its columns have no methods and
 * weights, so it completes members that are there already.
 */
export function readListing(file: string, text: string): Model {
  const findings = new Findings();
  const model = emptyModel(findings);
  const services = new Services(findings);
  let key: ServiceKey | undefined;
  let hasThresholds = false;
  text.split("\n").forEach((raw, i) => {
    const words = raw.trim().split(/\s+/);
    const [first = "", second = ""] = words;
    const origin = { file, line: i + 1, column: raw.search(/\S/) + 1 };
    if (raw.startsWith("Prot ")) {
      hasThresholds = raw.includes("Uthreshold");
    } else if (first === "->" && second !== "RemoteAddress:Port" && key) {
      member(words.slice(1), { key, hasThresholds, origin }, services, findings);
    } else if (kinds[first]) {
      const isIpv6 = words[2] === "IPv6";
      const found = keyOf(kinds[first], second, isIpv6);
      key = typeof found === "string" ? undefined : found;
      if (typeof found === "string") {
        findings.omit(origin, found);
      } else if (!hasThresholds) {
        services.add({
          key: found,
          ...options(words.slice(isIpv6 ? 3 : 2), origin, findings),
          origin,
        });
      }
    } else if (first !== "" && !/^(IP Virtual Server| *-> RemoteAddress:Port)/.test(raw)) {
      findings.omit(origin, `${raw.trim().slice(0, 80)}: not a line of ipvsadm -Ln`);
    }
  });
  model.services = services.all;
  return model;
}

function member(
  [place = "", ...columns]: string[],
  { key, hasThresholds, origin }: { key: ServiceKey; hasThresholds: boolean; origin: Origin },
  services: Services,
  findings: Findings,
): void {
  const found = placeOf(place, "ipvsadm-save -n");
  const [first = "", second = ""] = columns;
  if (typeof found === "string") {
    findings.omit(origin, found);
  } else if (hasThresholds) {
    const limits = { upperThreshold: Number(first), lowerThreshold: Number(second) };
    if (!services.limit(key, found, limits)) {
      findings.omit(origin, `${place}: its thresholds alone are here, and not its weight`);
    }
  } else if (methods[first]) {
    if (first === "Local") {
      findings.note(origin, `${place} is the director itself, whatever its forwarding method is`);
    }
    services.addMember(key, {
      ...plainMember(found, origin),
      forwarding: methods[first],
      weight: Number(second),
    });
    if (first === "Tunnel") {
      findings.note(origin, `${place}: ipvsadm -Ln does not say which tunnel; it becomes IP in IP`);
    }
  } else {
    findings.omit(origin, `${place}: ${first} is no forwarding method`);
  }
}

/** "wrr (flag-1) persistent 300 mask 255.255.255.0 pe sip ops" */
function options([scheduler = "wlc", ...words]: string[], origin: Origin, findings: Findings) {
  let persistence: Persistence | undefined;
  let schedulerFlags: string[] = [];
  let onePacket = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    switch (word) {
      case "persistent":
        persistence = { ...persistence, timeout: Number(words[++i]) };
        break;
      case "mask":
        persistence = { ...persistence, netmask: words[++i] };
        break;
      case "pe":
        // The components' rules refuse any other.
        persistence = { ...persistence, engine: words[++i] as "sip" };
        break;
      case "ops":
        onePacket = true;
        break;
      default:
        if (/^\(.*\)$/.test(word)) {
          schedulerFlags = word.slice(1, -1).split(",");
        } else {
          findings.omit(origin, `${word}: import does not know this option`);
        }
    }
  }
  const netmask = persistence?.netmask;
  return {
    ...{ scheduler, schedulerFlags, onePacket },
    ...(persistence && {
      persistence: {
        ...persistence,
        ...(/^\d+$/.test(String(netmask)) && { netmask: Number(netmask) }),
      },
    }),
  };
}
