import { HostState, namespaceIn, SharedSetting } from "./hostState";

/** The difference of a shared setting from what its object needs, in words; empty if there is none. */
export function differencesOf(setting: SharedSetting, seen: HostState): string[] {
  const { key, wanted, namespace } = setting;
  const [kind = "", ...rest] = key.split(" ");
  const name = rest.join(" ");
  const now = kind in otherwise ? otherwise[kind]?.(setting, name, seen) : setting.now;
  const where = namespace === "" ? "" : ` in ${namespace}`;
  if (isEnough(key, wanted, now)) {
    return [];
  }
  switch (kind) {
    case "daemon":
      return [wrongDaemon(name, wanted, now)];
    case "address":
      return [`address ${wanted} is gone from lo${where}`];
    case "link":
      return [`interface ${name}${where} is ${now ?? "gone"}`];
    case "fou":
      return [`the UDP port ${name.split(" ")[0] ?? ""} of tunnels${where} is gone`];
    default:
      return [
        now === undefined ? `${key}${where} is gone` : `${key}${where} is ${now}, not ${wanted}`,
      ];
  }
}

/** IPVS's daemons by role, with the length last: it may be the kernel's own choice. */
export function daemonsOf({ daemons }: HostState): Map<string, string> {
  return new Map(
    daemons.flatMap((line) => {
      const [, role = "", before = "", length = "", after = ""] =
        /^(\w+) sync daemon \((.*), (maxlen=\d+)(.*)\)$/.exec(line) ?? [];
      return role === "" ? [] : [[role, `${before}${after}, ${length}`]];
    }),
  );
}

/** IPVS's timeouts in seconds, if they were read. */
export function timeoutsOf({ timeouts }: HostState): Map<string, string> {
  const [, tcp = "", tcpfin = "", udp = ""] =
    /^Timeout \(.*\): (\d+) (\d+) (\d+)$/.exec(timeouts[0] ?? "") ?? [];
  return new Map(Object.entries({ tcp, tcpfin, udp }));
}

type Now = (setting: SharedSetting, name: string, seen: HostState) => string | undefined;

/** The present value of each sort of shared setting that is not a kernel setting. */
const otherwise: Partial<Record<string, Now>> = {
  timeout: (_, name, seen) => timeoutsOf(seen).get(name),
  daemon: (_, name, seen) => daemonsOf(seen).get(name),
  address: ({ wanted, namespace }, _, seen) => {
    const lo = namespaceIn(seen, namespace)?.links.find((link) => link.name === "lo");
    return lo?.addresses.includes(wanted) ? wanted : undefined;
  },
  link: ({ wanted, namespace }, name, seen) => {
    const found = namespaceIn(seen, namespace)?.links.find((link) => link.name === name);
    return found && (found.up ? wanted : "down");
  },
  fou: ({ wanted, namespace }, name, seen) =>
    namespaceIn(seen, namespace)?.tunnelPorts.includes(name) ? wanted : undefined,
};

function isEnough(key: string, wanted: string, now: string | undefined): boolean {
  // The kernel switches between 1 and 2 by itself, depending on free memory.
  const byItself = /^net\.ipv4\.vs\.(drop_entry|drop_packet|secure_tcp)$/.test(key);
  const withLength = key.startsWith("daemon ") && now?.startsWith(`${wanted}, `);
  return now === wanted || withLength === true || (byItself && wanted === "1" && now === "2");
}

function wrongDaemon(role: string, wanted: string, now: string | undefined): string {
  const [shall, is] = [partsOf(wanted), partsOf(now ?? "")];
  const what = `the ${role} connection synchronisation daemon on ${shall.get("mcast") ?? ""}`;
  const wrong = [...shall].flatMap(([key, value]) =>
    is.get(key) === value ? [] : [`${key} ${is.get(key) ?? "unknown"}, not ${value}`],
  );
  return now === undefined ? `${what} is gone` : `${what} has ${wrong.join(" and ")}`;
}

/** "mcast=enp0s8, syncid=1" */
function partsOf(text: string): Map<string, string> {
  return new Map(
    text.split(", ").map((part) => [part.split("=", 1)[0] ?? "", part.replace(/^[^=]*=/, "")]),
  );
}
