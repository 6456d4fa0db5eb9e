import type { Model } from "../model/model.js";
import { validate } from "../rules.js";
import { Call, type Code, Raw, resourceName } from "./code.js";

/** What the command line says of the machine that the files are of. */
export interface MachineOptions {
  interface?: string;
  /** Its own address with prefix, of IPv4 or, where it has none, of IPv6. */
  address?: string;
  /** Its own address of IPv6, beside that. */
  address6?: string;
  /** How SSH reaches it, where it was asked. */
  login?: Login;
}

/** How SSH reaches a machine. */
export interface Login {
  host: string;
  port: number;
  user: string;
  /** Undefined when ssh knows none. */
  hostKey?: string;
}

/** A machine of the program. */
export interface HostPlan {
  variable: string;
  director: string;
  name: string;
  /** Undefined for one that the person who runs the program has to set. */
  interface?: string;
  /** With prefix; of IPv6 where it has no other. */
  address?: string;
  /** Of IPv6, beside the other. */
  address6?: string;
  /** The address for SSH. */
  ssh?: string;
  login?: Login;
}

/**
 * The machines: the one that the files are of, and those that it shares addresses with. An address is known where a
 * virtual router names it, and its prefix where an address of the files is in the same network.
 */
export function planHosts(model: Model, options: MachineOptions): HostPlan[] {
  const { routers, addresses } = model;
  const ipv4 = routers.filter(({ own }) => own !== undefined && !own.includes(":"));
  const own = ipv4[0]?.own;
  const device =
    options.interface ?? routers[0]?.interface ?? addresses.find((one) => one.interface)?.interface;
  const peers = [...new Set(ipv4.flatMap((router) => router.peers))].filter(
    (peer) => !peer.includes(":") && peer !== own,
  );
  const known = [...routers.flatMap((router) => router.addresses), ...addresses];
  const withPrefix = (address?: string) => {
    const near = known.find(
      (one) =>
        address !== undefined &&
        one.prefix < 32 &&
        one.address.includes(":") === address.includes(":") &&
        validate.sameNetwork(address, `${one.address}/${one.prefix}`),
    );
    return address && near ? `${address}/${near.prefix}` : undefined;
  };
  const name = nameOf(model.name) ?? "lb";
  const several = peers.length > 0;
  return [
    {
      ...{ variable: several ? "host1" : "host", director: several ? "director1" : "director" },
      ...{ name, interface: device, ssh: own },
      address: options.address ?? options.address6 ?? withPrefix(own),
      ...(options.address !== undefined && { address6: options.address6 }),
      login: options.login,
    },
    ...peers.map((peer, i) => ({
      ...{ variable: `host${i + 2}`, director: `director${i + 2}` },
      ...{ name: `${name}-peer${i + 1}`, interface: device, address: withPrefix(peer), ssh: peer },
    })),
  ];
}

/** The name of a machine, if it can be one in a program. */
function nameOf(text?: string): string | undefined {
  const name = resourceName(text ?? "").replace(/[^A-Za-z0-9._-]+/g, "-");
  return name === "" ? undefined : name;
}

/** The addresses that a machine has itself, without prefix. */
export function ownOf({ address, address6 }: HostPlan): string[] {
  return [address, address6].flatMap((one) => one?.split("/")[0] ?? []);
}

/** A host's statement, and the settings that it reads. */
export function hostCode(host: HostPlan, isAlone: boolean): { code: Code; settings: string[] } {
  const settings: string[] = [];
  const setting = (name: string, secret = false) => {
    const key = isAlone ? name : `${host.variable}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    settings.push(key);
    return new Raw(`config.require${secret ? "Secret" : ""}("${key}")`);
  };
  const address = host.address ?? setting("address");
  const isIpv6 = host.address?.includes(":") ?? false;
  const { login } = host;
  const code = new Call("new Host", host.name, {
    ssh: {
      host: login?.host ?? host.ssh ?? setting("sshHost"),
      ...(login && login.port !== 22 && { port: login.port }),
      user: login?.user ?? "root",
      privateKey: new Raw('config.requireSecret("privateKey")'),
      hostKey: login?.hostKey ?? setting("hostKey"),
    },
    interface: host.interface ?? setting("interface"),
    [isIpv6 ? "address6" : "address"]: address,
    ...(host.address6 !== undefined && { address6: host.address6 }),
  });
  return { code, settings };
}
