import { CheckedService } from "./tableServices";

/** What policies, and a person, can know of a table without its lines. */
export interface TableSummary {
  /** How many. */
  services: number;
  realServers: number;
  /** Those that are used, sorted. */
  schedulers: string[];
  /** Those of services with persistence. */
  persistentSchedulers: string[];
  forwardings: string[];
  /** Ports of services: "80", "8000-8999"; port 0 is a service on every port. */
  ports: string[];
  /** The least and the greatest of all real servers. */
  weights: { least?: number; greatest?: number };
  /** How many members with a weight above 0 the service with the fewest has. */
  fewestMembers?: number;
}

export function summaryOf(services: CheckedService[]): TableSummary {
  const members = services.flatMap(({ realServers }) => realServers);
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
    forwardings: sorted(members.map(({ forwarding }) => forwarding)),
    ports: ranges(services.flatMap(({ port }) => port ?? [])),
    weights: { least, greatest },
    fewestMembers,
  };
}

function sorted(words: string[]): string[] {
  return [...new Set(words)].sort();
}

/** The least and the greatest; Math.min takes no more arguments than the stack has room for. */
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
