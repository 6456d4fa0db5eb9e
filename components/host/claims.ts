import { invalid } from "../args/validate";
import { ClientPorts } from "../ipvs/markedPorts";
import { place } from "../ipvs/serviceLines";

/** What a service, or a static redirection, takes of its director. */
export interface Claim {
  /** What tells it from others: "-t 10.10.10.100:80", "-f 1". */
  key: string;
  /** The same in the words of its properties: "port: … has 10.10.10.100:80/tcp already". */
  known: [property: string, value: string];
  /** Of a firewall mark: the ports that get it. */
  ports: ClientPorts[];
}

interface Taken {
  owner: string;
  ports: ClientPorts;
}

/** What is taken on one host. Thousands of services are looked up, not gone through. */
class Claims {
  readonly keys = new Map<string, string>();
  /** By address, protocol and port. */
  private readonly single = new Map<string, Taken>();
  /** By address and protocol. */
  private readonly ranges = new Map<string, Taken[]>();

  add(taken: Taken): void {
    const { address, protocol, range } = taken.ports;
    const at = `${protocol} ${address}`;
    if (range[0] === range[1]) {
      this.single.set(`${at} ${range[0]}`, taken);
    } else {
      this.ranges.set(at, [...(this.ranges.get(at) ?? []), taken]);
    }
  }

  /** Who has some of these ports. */
  having({ address, protocol, range: [from, to] }: ClientPorts): Taken | undefined {
    const at = `${protocol} ${address}`;
    for (let port = from; port <= to; port++) {
      const taken = this.single.get(`${at} ${port}`);
      if (taken) {
        return taken;
      }
    }
    return this.ranges.get(at)?.find(({ ports: { range } }) => from <= range[1] && range[0] <= to);
  }
}

const claims = new WeakMap<object, Claims>();

/**
 * Takes the place of a service or a static redirection on its director.
 * @throws pulumi.RunError where another of the program has it, or some of its ports: the kernel gives
 * each packet to one of the two, to the redirection or to the service of a mark first.
 */
export function claim(type: string, name: string, host: object, wanted: Claim): void {
  const problem = claimed(`${type} "${name}"`, host, wanted);
  if (problem !== undefined) {
    throw invalid(type, name, [problem]);
  }
}

/** The same for an owner in words; returns why it cannot be had, in place of throwing. */
export function claimed(owner: string, host: object, wanted: Claim): string | undefined {
  const there = claims.get(host) ?? new Claims();
  claims.set(host, there);
  const [property, value] = wanted.known;
  const first = there.keys.get(wanted.key);
  if (first !== undefined) {
    return `${property}: ${first} has ${value} already`;
  }
  for (const ports of wanted.ports) {
    const taken = there.having(ports);
    if (taken) {
      const at = property === "firewallMark" ? "ports" : property;
      return `${at}: ${taken.owner} has ${written(taken.ports)} already`;
    }
  }
  there.keys.set(wanted.key, owner);
  for (const ports of wanted.ports) {
    there.add({ owner, ports });
  }
  return undefined;
}

function written({ address, protocol, range: [from, to] }: ClientPorts): string {
  return `${place(address, from)}${to > from ? `-${to}` : ""}/${protocol}`;
}
