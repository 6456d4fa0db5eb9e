import { ServiceInput, familyOf } from "./input";
import { memberProblems } from "./members";

/** The problems of a service's options and of its members, one line each. */
export function optionProblems(service: ServiceInput): string[] {
  return [
    ...flagProblems(service),
    ...persistenceProblems(service),
    ...(service.onePacket && service.protocol !== "udp" && service.firewallMark === undefined
      ? ["onePacket: only a service of protocol udp, or of a firewall mark, can have it"]
      : []),
    ...memberProblems(service),
  ];
}

function flagProblems({ scheduler, schedulerFlags = [] }: ServiceInput): string[] {
  const own = ["fallback", "port"].map((flag) => `${scheduler}-${flag}`);
  const hasNames = scheduler === "sh" || scheduler === "mh";
  const allowed = hasNames ? [...own, "flag-1", "flag-2"] : ["flag-1", "flag-2", "flag-3"];
  const seen = new Set<string>();
  return schedulerFlags.flatMap((flag, i) => {
    const name = { "flag-1": own[0], "flag-2": own[1] }[flag as string];
    const same = hasNames ? (name ?? flag) : flag;
    const again = seen.has(same);
    seen.add(same);
    if (!allowed.includes(flag)) {
      return `schedulerFlags[${i}]: scheduler ${scheduler} has no ${flag}; it has ${allowed.join(", ")}`;
    }
    return again ? `schedulerFlags[${i}]: ${flag} is given already` : [];
  });
}

function persistenceProblems(service: ServiceInput): string[] {
  const { persistence, port, protocol, firewallMark } = service;
  if (!persistence) {
    return port === 0 ? ["port: 0, which is every port, needs persistence"] : [];
  }
  const { netmask, engine } = persistence;
  const ipv6 = familyOf(service) === "ipv6";
  return [
    ...(netmask !== undefined && ipv6 !== (typeof netmask === "number")
      ? [
          `persistence.netmask: ${netmask} is not ${ipv6 ? "a length of an IPv6 prefix such as 64" : "an IPv4 mask such as 255.255.255.0"}`,
        ]
      : []),
    ...(engine && protocol !== "udp" && firewallMark === undefined
      ? ["persistence.engine: sip calls come by udp, so protocol must be udp"]
      : []),
  ];
}
