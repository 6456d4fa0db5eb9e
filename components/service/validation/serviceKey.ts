import { protocolOf, rangeOf } from "../../ipvs/clientPorts";
import { Protocol } from "../../ipvs/protocols";
import { ServiceInput } from "./input";

/** The problems of a service's key: address, port and protocol, or else a firewall mark. One line each. */
export function keyProblems({
  vip,
  port,
  protocol,
  firewallMark,
  family,
  ports,
}: ServiceInput): string[] {
  if (firewallMark === undefined) {
    return [
      ...(vip ? [] : ["vip: missing; it must be a Vip, or else a firewallMark be given"]),
      ...(port === undefined ? ["port: missing; it must be a whole number from 0 to 65535"] : []),
      ...(ports ? ["ports: only with a firewallMark; a service of an address has a port"] : []),
      ...(family ? ["family: only with a firewallMark; an address has its own"] : []),
    ];
  }
  return [
    ...(port === undefined ? [] : ["port: not with a firewallMark; its ports are in ports"]),
    ...(vip && !ports
      ? ["ports: missing; with vip and firewallMark it must be what is marked"]
      : []),
    ...(ports && !vip ? ["vip: missing; ports are those of a Vip"] : []),
    ...(vip && family ? ["family: that of the vip counts; leave it out"] : []),
    ...(protocol && !ports ? ["protocol: only with ports; who sets the mark decides"] : []),
    ...(ports?.length === 0 ? ["ports: an empty list marks nothing; name at least one"] : []),
    ...rangeProblems(ports ?? [], protocol ?? "tcp"),
  ];
}

function rangeProblems(ports: (number | string)[], protocol: Protocol): string[] {
  return ports.flatMap((written, i) => {
    const [from, to] = rangeOf(written);
    const first = ports.slice(0, i).find((other) => {
      const [start, end] = rangeOf(other);
      const same = protocolOf(written, protocol) === protocolOf(other, protocol);
      return same && from <= end && start <= to;
    });
    return first === undefined ? [] : `ports[${i}]: ${written} is in ${first} already`;
  });
}
