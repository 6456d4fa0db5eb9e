/** ipvsadm's option for each transport protocol of a service. */
export const protocolOptions = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;
/** The protocol of each of those options. */
export const optionProtocols = inverse(protocolOptions);

/** ipvsadm's option for each forwarding method. */
export const forwardingOptions = { masquerade: "-m", gate: "-g", ipip: "-i" } as const;
/** The forwarding method of each of those options. */
export const optionForwardings = inverse(forwardingOptions);

/** The lines of `ipvsadm -Sn`, completed with what `ipvsadm -Ln --thresholds` says. */
export function servicesOf(lines: string[], thresholds: string[]): string[] | undefined {
  if (lines.length === 0) {
    return undefined;
  }
  const limits = new Map<string, string>();
  let service = "";
  for (const line of thresholds) {
    const [first = "", second = "", upper = "0", lower = "0"] = line.trim().split(/\s+/);
    if (first === "->") {
      limits.set(`${service} -r ${second}`, thresholdOptions(Number(upper), Number(lower)));
    } else {
      // "FWM  1 IPv6 rr"
      service = `${optionOf[first] ?? first} ${second}${upper === "IPv6" ? " -6" : ""}`;
    }
  }
  return lines.slice(1).map((line) => {
    const member = /^-a (.* -r \S+)/.exec(line)?.[1];
    return member === undefined ? line : line + (limits.get(member) ?? "");
  });
}

const optionOf: Partial<Record<string, string>> = {
  TCP: protocolOptions.tcp,
  UDP: protocolOptions.udp,
  SCTP: protocolOptions.sctp,
  FWM: "-f",
};

/** " -x 100 -y 50"; 0 is the kernel's default and stays unsaid. */
export function thresholdOptions(upper: number, lower: number): string {
  return (upper > 0 ? ` -x ${upper}` : "") + (lower > 0 ? ` -y ${lower}` : "");
}

/** "-t 10.10.10.100:80", "-f 1 -6" of a service's line or a member's. */
export function keyOf(line: string): string {
  const end = line.indexOf(line.startsWith("-A") ? " -s " : " -r ");
  return end < 0 ? "" : line.slice("-A ".length, end);
}

const indices = new WeakMap<string[], Map<string, string[]>>();

/** The lines of each service, by its key; made once, however many services are looked up. */
export function byService(lines: string[] = []): Map<string, string[]> {
  const known = indices.get(lines);
  if (known) {
    return known;
  }
  const index = new Map<string, string[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const there = index.get(key);
    if (there) {
      there.push(line);
    } else {
      index.set(key, [line]);
    }
  }
  indices.set(lines, index);
  return index;
}

function inverse(options: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(options).map(([name, option]) => [option, name]));
}
