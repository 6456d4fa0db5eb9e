import { place, Protocol } from "./serviceLines";
import { invalid } from "./validate";

/** Ports of an address by which clients reach one service, or what stands in its place. */
export interface ClientPorts {
  address: string;
  protocol: Protocol;
  /** The first and the last of them. */
  range: [from: number, to: number];
}

/** What a service, or a static redirection, takes of its director. */
export interface Claim {
  /** What tells it from others: "-t 10.10.10.100:80", "-f 1". */
  key: string;
  /** The same in the words of its properties: "port: … has 10.10.10.100:80/tcp already". */
  known: [property: string, value: string];
  /** Of a firewall mark: the ports that get it. */
  ports: ClientPorts[];
}

const claims = new WeakMap<object, [owner: string, claim: Claim][]>();

/**
 * Takes the place of a service or a static redirection on its director.
 * @throws pulumi.RunError where another of the program has it, or some of its ports: the kernel gives
 * each packet to one of the two, to the redirection or to the service of a mark first.
 */
export function claim(type: string, name: string, host: object, wanted: Claim): void {
  const others = claims.get(host) ?? [];
  claims.set(host, others);
  for (const [other, theirs] of others) {
    const shared = theirs.ports.find((ports) => wanted.ports.some((mine) => overlap(mine, ports)));
    const [property, value] = wanted.known;
    if (theirs.key === wanted.key) {
      throw invalid(type, name, [`${property}: ${other} has ${value} already`]);
    }
    if (shared) {
      throw invalid(type, name, [
        `${property === "port" ? property : "ports"}: ${other} has ${written(shared)} already`,
      ]);
    }
  }
  others.push([`${type} "${name}"`, wanted]);
}

function overlap(a: ClientPorts, b: ClientPorts): boolean {
  return (
    a.address === b.address &&
    a.protocol === b.protocol &&
    a.range[0] <= b.range[1] &&
    b.range[0] <= a.range[1]
  );
}

function written({ address, protocol, range: [from, to] }: ClientPorts): string {
  return `${place(address, from)}${to > from ? `-${to}` : ""}/${protocol}`;
}
