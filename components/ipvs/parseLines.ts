import { protocolOptions } from "./protocols";
import { thresholdOptions } from "./serviceLines";

/** The lines of `ipvsadm -Sn`, completed with the thresholds from `ipvsadm -Ln --thresholds`. */
export function parseServices(lines: string[], thresholds: string[]): string[] | undefined {
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

/** "-t 10.10.10.100:80", "-f 1 -6" of a service's line or a member's. */
export function serviceKeyOf(line: string): string {
  const end = line.indexOf(line.startsWith("-A") ? " -s " : " -r ");
  return end < 0 ? "" : line.slice("-A ".length, end);
}

const indices = new WeakMap<string[], Map<string, string[]>>();

/** The lines of each service, by its key; computed once, however many services are looked up. */
export function byService(lines: string[] = []): Map<string, string[]> {
  const known = indices.get(lines);
  if (known) {
    return known;
  }
  const index = new Map<string, string[]>();
  for (const line of lines) {
    const key = serviceKeyOf(line);
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
