// Without zod, so that the package's types do not need it.
import { Protocol } from "./protocols";

/** Ports of an address by which clients reach a service or a static redirection. */
export interface ClientPorts {
  address: string;
  protocol: Protocol;
  /** The first and the last of them. */
  range: [from: number, to: number];
}

/** "8000-8999" or "443/udp" as [8000, 8999] or [443, 443]. */
export function rangeOf(ports: number | string): [from: number, to: number] {
  const [from = "", to = from] = String(ports).replace(/\/.*/, "").split("-");
  return [Number(from), Number(to)];
}

/** The protocol of an entry: its own, or else the service's. */
export function protocolOf(ports: number | string, otherwise: Protocol): Protocol {
  return (String(ports).split("/")[1] as Protocol | undefined) ?? otherwise;
}

/** The ports of each protocol, in nftables syntax, in the order in which they are named. */
export function byProtocol(ports: (number | string)[], otherwise: Protocol): Map<Protocol, string> {
  const found = new Map<Protocol, string[]>();
  for (const one of ports) {
    const protocol = protocolOf(one, otherwise);
    found.set(protocol, [...(found.get(protocol) ?? []), String(one).replace(/\/.*/, "")]);
  }
  return new Map([...found].map(([protocol, own]) => [protocol, own.join(", ")]));
}

/** The ports of an address that clients use. */
export function clientPorts(
  address: string,
  ports: (number | string)[],
  otherwise: Protocol,
): ClientPorts[] {
  return ports.map((one) => ({
    ...{ address, protocol: protocolOf(one, otherwise) },
    range: rangeOf(one),
  }));
}

/** For people: "tcp 443, 8000-8999 and udp 443". */
export function portsText(ports: (number | string)[], otherwise: Protocol): string {
  return [...byProtocol(ports, otherwise)].map((words) => words.join(" ")).join(" and ");
}

/** The first port of one protocol. */
export function firstPort(
  wanted: Protocol,
  ports: (number | string)[],
  otherwise: Protocol,
): number | undefined {
  const first = ports.find((one) => protocolOf(one, otherwise) === wanted);
  return first === undefined ? undefined : rangeOf(first)[0];
}

/** True for an entry of a service's `ports` that is not a plain number: "8000-8999", "443/udp". */
export function isMarkedPorts(s: string): boolean {
  if (!/^[1-9]\d{0,4}(-[1-9]\d{0,4}(\/(tcp|udp|sctp))?|\/(tcp|udp|sctp))$/.test(s)) {
    return false;
  }
  const [from, to] = rangeOf(s);
  return to <= 65535 && (s.includes("-") ? from < to : true);
}
