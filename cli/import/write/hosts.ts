import type { Model } from "../model/model.js";
import { validate } from "../rules.js";
import { Call, type Code, Raw, resourceName } from "./code.js";

/** What the command line says of the machine that the files are of. */
export interface MachineOptions {
  interface?: string;
  /** Its own address with prefix. */
  address?: string;
}

/** A machine of the program. */
export interface HostPlan {
  variable: string;
  director: string;
  name: string;
  /** Undefined for one that the person who runs the program has to set. */
  interface?: string;
  /** With prefix. */
  address?: string;
  /** The address for SSH. */
  ssh?: string;
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
      ...{ name, interface: device, address: options.address ?? withPrefix(own), ssh: own },
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
  const code = new Call("new Host", host.name, {
    ssh: {
      host: host.ssh ?? setting("sshHost"),
      user: "root",
      privateKey: new Raw('config.requireSecret("privateKey")'),
      hostKey: setting("hostKey"),
    },
    interface: host.interface ?? setting("interface"),
    [isIpv6 ? "address6" : "address"]: address,
  });
  return { code, settings };
}
