import type { Problem } from "../../args/problems";
import { ServiceInput, familyOf } from "./input";
import { memberProblems } from "./members";

/** The problems of a service's options and of its members. */
export function optionProblems(service: ServiceInput): Problem[] {
  return [
    ...flagProblems(service),
    ...persistenceProblems(service),
    ...(service.onePacket && service.protocol !== "udp" && service.firewallMark === undefined
      ? [
          {
            path: ["onePacket"],
            message: "only a service of protocol udp, or of a firewall mark, can have it",
          },
        ]
      : []),
    ...memberProblems(service),
  ];
}

function flagProblems({ scheduler, schedulerFlags = [] }: ServiceInput): Problem[] {
  const own = ["fallback", "port"].map((flag) => `${scheduler}-${flag}`);
  const hasNames = scheduler === "sh" || scheduler === "mh";
  const allowed = hasNames ? [...own, "flag-1", "flag-2"] : ["flag-1", "flag-2", "flag-3"];
  const seen = new Set<string>();
  return schedulerFlags.flatMap((flag, i) => {
    const name = { "flag-1": own[0], "flag-2": own[1] }[flag as string];
    const same = hasNames ? (name ?? flag) : flag;
    const again = seen.has(same);
    seen.add(same);
    const path = ["schedulerFlags", i];
    if (!allowed.includes(flag)) {
      const message = `scheduler ${scheduler} has no ${flag}; it has ${allowed.join(", ")}`;
      return { path, message };
    }
    return again ? { path, message: `${flag} is given already` } : [];
  });
}

function persistenceProblems(service: ServiceInput): Problem[] {
  const { persistence, port, protocol, firewallMark } = service;
  if (!persistence) {
    const message = "0, which is every port, needs persistence";
    return port === 0 ? [{ path: ["port"], message }] : [];
  }
  const { netmask, engine } = persistence;
  const ipv6 = familyOf(service) === "ipv6";
  const problems: Problem[] = [];
  if (netmask !== undefined && ipv6 !== (typeof netmask === "number")) {
    const due = ipv6
      ? "a length of an IPv6 prefix such as 64"
      : "an IPv4 mask such as 255.255.255.0";
    problems.push({ path: ["persistence", "netmask"], message: `${netmask} is not ${due}` });
  }
  if (engine && protocol !== "udp" && firewallMark === undefined) {
    const message = "sip calls come by udp, so protocol must be udp";
    problems.push({ path: ["persistence", "engine"], message });
  }
  return problems;
}
