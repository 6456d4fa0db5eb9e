import { place } from "../args/place";
import { invalid } from "../args/problems";
import { ClientPorts } from "../ipvs/clientPorts";

/*
 * One registry for each host of a program. It has what only one resource may have there, and what several must agree
 * on. A contradiction is an error of the preview, before a machine is touched.
 */

/** A resource of the program, and the host that it makes something on. */
export interface Reserving {
  type: string;
  name: string;
  host: { label: string };
}

/** A setting that a host has only once: the property that asks for it, the setting, and its value. */
export interface Requirement {
  property: string;
  what: string;
  value: string | number;
}

/** The address and ports of a virtual service, or of a static redirection, on its director. */
export interface ServiceReservation {
  /** Different for each service: "-t 10.10.10.100:80", "-f 1". */
  key: string;
  /** The property that sets them, and their form in messages: "10.10.10.100:80/tcp". */
  property: string;
  title: string;
  /** The ports that clients use; with a firewall mark, the ports whose packets get it. */
  ports: ClientPorts[];
}

/** The reason why something cannot be reserved. */
export interface Conflict {
  property: string;
  message: string;
}

interface Owned<T> {
  owner: string;
  value: T;
}

class Registry {
  readonly things = new Map<string, string>();
  readonly settings = new Map<string, Owned<string | number>>();
  readonly services = new Map<string, string>();
  /** By address, protocol and port, because there may be thousands. */
  private readonly singlePorts = new Map<string, Owned<ClientPorts>>();
  /** By address and protocol. */
  private readonly portRanges = new Map<string, Owned<ClientPorts>[]>();

  addPorts(owned: Owned<ClientPorts>): void {
    const { address, protocol, range } = owned.value;
    const at = `${protocol} ${address}`;
    if (range[0] === range[1]) {
      this.singlePorts.set(`${at} ${range[0]}`, owned);
    } else {
      this.portRanges.set(at, [...(this.portRanges.get(at) ?? []), owned]);
    }
  }

  /** The first reservation that shares a port with this one. */
  havingPorts({ address, protocol, range }: ClientPorts): Owned<ClientPorts> | undefined {
    const [from, to] = range;
    const at = `${protocol} ${address}`;
    for (let port = from; port <= to; port++) {
      const owned = this.singlePorts.get(`${at} ${port}`);
      if (owned) {
        return owned;
      }
    }
    return this.portRanges
      .get(at)
      ?.find(({ value }) => from <= value.range[1] && value.range[0] <= to);
  }
}

const registries = new WeakMap<object, Registry>();

function registryOf(host: object): Registry {
  const registry = registries.get(host) ?? new Registry();
  registries.set(host, registry);
  return registry;
}

/**
 * Reserves the things that a resource makes on a host, by property. If two resources made the same thing, it would be
 * one object on the machine.
 * @throws pulumi.RunError if another resource has one of them already
 */
export function reserve({ type, name, host }: Reserving, things: Record<string, string>): void {
  const registry = registryOf(host);
  refuse(
    { type, name },
    Object.entries(things).flatMap(([property, what]) => {
      const owner = registry.things.get(what);
      const message = `${owner} has ${what} on ${host.label} already; choose another`;
      return owner === undefined ? [] : [{ property, message }];
    }),
  );
  for (const what of Object.values(things)) {
    registry.things.set(what, `${type} "${name}"`);
  }
}

/**
 * Records settings that a host has only once. Several resources may need one, as long as they want the same value.
 * @throws pulumi.RunError if another resource wants another value
 */
export function requireSame({ type, name, host }: Reserving, requirements: Requirement[]): void {
  const registry = registryOf(host);
  refuse(
    { type, name },
    requirements.flatMap(({ property, what, value }) => {
      const first = registry.settings.get(what);
      return first === undefined || first.value === value
        ? []
        : [
            {
              property,
              message: `${what} is ${first.value} for ${first.owner} on ${host.label}, so it cannot be ${value}`,
            },
          ];
    }),
  );
  for (const { what, value } of requirements) {
    const owned = { owner: `${type} "${name}"`, value };
    registry.settings.set(what, registry.settings.get(what) ?? owned);
  }
}

/**
 * Reserves the address and ports of a service or a static redirection on its director.
 * @throws pulumi.RunError if another resource has them, or some of the ports: the kernel gives each packet to only one
 *   of the two, and first to the redirection or to the service with a mark
 */
export function reserveService({ type, name, host }: Reserving, wanted: ServiceReservation): void {
  const conflict = reserveServiceFor(`${type} "${name}"`, host, wanted);
  refuse({ type, name }, conflict ? [conflict] : []);
}

/**
 * The same for one of the many services of a resource.
 * @param owner As messages call the resource.
 * @returns the reason if it cannot be reserved
 */
export function reserveServiceFor(
  owner: string,
  host: object,
  { key, property, title, ports }: ServiceReservation,
): Conflict | undefined {
  const registry = registryOf(host);
  const first = registry.services.get(key);
  if (first !== undefined) {
    return { property, message: `${first} has ${title} already` };
  }
  const other = ports.flatMap((some) => registry.havingPorts(some) ?? [])[0];
  if (other) {
    return {
      property: property === "firewallMark" ? "ports" : property,
      message: `${other.owner} has ${portsTitle(other.value)} already`,
    };
  }
  registry.services.set(key, owner);
  for (const value of ports) {
    registry.addPorts({ owner, value });
  }
  return undefined;
}

function portsTitle({ address, protocol, range: [from, to] }: ClientPorts): string {
  return `${place(address, from)}${to > from ? `-${to}` : ""}/${protocol}`;
}

function refuse({ type, name }: { type: string; name: string }, conflicts: Conflict[]): void {
  if (conflicts.length > 0) {
    throw invalid(
      type,
      name,
      conflicts.map(({ property, message }) => `${property}: ${message}`),
    );
  }
}
