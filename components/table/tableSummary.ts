import * as ipaddr from "ipaddr.js";
import { Apologising } from "../keepalived/sorryServer";
import { sorryServerIn, ValidTableService } from "./tableServices";

/** A summary of a table for policies and people, without its lines. */
export interface TableSummary {
  /** The number of services. */
  services: number;
  realServers: number;
  /** The schedulers that are used, sorted. */
  schedulers: string[];
  /** The schedulers of services with persistence. */
  persistentSchedulers: string[];
  /** The forwarding methods of members and sorry servers. */
  forwardings: string[];
  /** Virtual addresses: "192.0.2.1", "192.0.2.8-192.0.2.15". */
  addresses: string[];
  /** Addresses of real servers and sorry servers, in the same way. */
  realServerAddresses: string[];
  /** The number of services that take packets which somebody else marks, whatever their port. */
  firewallMarks: number;
  /** Ports of services: "80", "8000-8999"; port 0 is a service on every port. */
  ports: string[];
  /** The lowest and the highest weight of all real servers. */
  weights: { least?: number; greatest?: number };
  /** The number of members with a weight above 0 of the service that has the fewest. */
  fewestMembers?: number;
}

/** @param director Where the services are. A sorry server on the director itself has another method. */
export function summaryOf(
  services: ValidTableService[],
  director?: Apologising["directors"][number],
): TableSummary {
  const members = services.flatMap(({ realServers }) => realServers);
  const sorry = services.flatMap((service) => sorryServerIn(service, director) ?? []);
  const [least, greatest] = ends(members.map(({ weight }) => weight));
  const [fewestMembers] = ends(
    services.map(({ realServers }) => realServers.filter(({ weight }) => weight > 0).length),
  );
  return {
    services: services.length,
    realServers: members.length,
    schedulers: sorted(services.map(({ scheduler }) => scheduler)),
    persistentSchedulers: sorted(
      services.flatMap(({ persistence, scheduler }) => (persistence ? scheduler : [])),
    ),
    forwardings: sorted([
      ...members.map(({ forwarding }) => forwarding),
      ...sorry.map(({ forwarding = "masquerade" }) => forwarding),
    ]),
    addresses: addressRanges(services.flatMap(({ address }) => address ?? [])),
    realServerAddresses: addressRanges([...members, ...sorry].map(({ address }) => address)),
    firewallMarks: services.filter(({ firewallMark }) => firewallMark !== undefined).length,
    ports: ranges(services.flatMap(({ port }) => port ?? [])),
    weights: { least, greatest },
    fewestMembers,
  };
}

function sorted(words: string[]): string[] {
  return [...new Set(words)].sort();
}

/** The lowest and the highest. Math.min would get too many arguments for the stack. */
function ends(numbers: number[]): [least?: number, greatest?: number] {
  const [first] = numbers;
  return first === undefined
    ? []
    : [
        numbers.reduce((a, b) => (b < a ? b : a), first),
        numbers.reduce((a, b) => (b > a ? b : a), first),
      ];
}

/** 80, 8000, 8001 as "80", "8000-8001". */
function ranges(ports: number[]): string[] {
  const found: [from: number, to: number][] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] + 1 === port) {
      last[1] = port;
    } else {
      found.push([port, port]);
    }
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
}

/** Addresses, with neighbours of one family as "first-last". */
function addressRanges(addresses: string[]): string[] {
  const numbers = [...new Set(addresses)]
    .map((address) => ({ address, at: numberOf(address) }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const found: { first: string; last: string; at: bigint }[] = [];
  for (const { address, at } of numbers) {
    const before = found.at(-1);
    if (before && before.at + 1n === at) {
      before.last = address;
      before.at = at;
    } else {
      found.push({ first: address, last: address, at });
    }
  }
  return found.map(({ first, last }) => (first === last ? first : `${first}-${last}`));
}

/** Sorts addresses of IPv4 below those of IPv6. */
function numberOf(address: string): bigint {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}
