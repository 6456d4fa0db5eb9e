import type { HostState } from "../../../components/drift/hostState.js";
import type { Link } from "../../../components/drift/network.js";

/** A machine's interface in the balanced network, with its own addresses there. */
export interface OwnAddresses {
  interface: string;
  /** With prefix. */
  address?: string;
  address6?: string;
}

/**
 * The interface of the balanced network: the one that is named; else the first that has an address of its own among
 * those of the virtual addresses, of the default route, and all others. An address that is the only one of its family is
 * the machine's own, even if a service has it.
 * @throws Error when no interface has an address.
 */
export function ownAddresses(
  { links, routes }: Pick<HostState, "links" | "routes">,
  vips: string[],
  { name, interface: named }: { name: string; interface?: string },
): OwnAddresses {
  const isVip = (address: string) => vips.includes(bare(address));
  const usable = links.filter((link) => link.name !== "lo" && global(link).length > 0);
  const withVip = usable.filter((link) => link.addresses.some(isVip));
  const routed = usable.filter((link) =>
    routes.some((route) => route.destination === "default" && route.device === link.name),
  );
  const candidates =
    named === undefined
      ? [...withVip, ...routed, ...usable]
      : links.filter((link) => link.name === named && global(link).length > 0);
  const chosen =
    candidates.find((link) => global(link).some((address) => !isVip(address))) ?? candidates[0];
  if (!chosen) {
    throw new Error(
      named === undefined
        ? `${name} has no interface with an address; name the interface of the balanced network with --interface`
        : `${name} has no address on ${named}; its interfaces with addresses: ${usable.map((link) => link.name).join(", ")}`,
    );
  }
  const own = (isIpv6: boolean) => {
    const all = global(chosen).filter((address) => address.includes(":") === isIpv6);
    return all.find((address) => !isVip(address)) ?? all.find((address) => !isSingle(address));
  };
  const [address, address6] = [own(false), own(true)];
  return {
    interface: chosen.name,
    ...(address !== undefined && { address }),
    ...(address6 !== undefined && { address6 }),
    // An interface with nothing but a virtual address of the longest prefix.
    ...(address === undefined && address6 === undefined && familyOf(global(chosen)[0] ?? "")),
  };
}

function familyOf(address: string): Pick<OwnAddresses, "address" | "address6"> {
  return address.includes(":") ? { address6: address } : { address };
}

/** The addresses that other machines can reach. */
function global({ addresses }: Link): string[] {
  return addresses.filter((address) => !/^(fe80:|127\.|::1\/)/.test(address));
}

function isSingle(address: string): boolean {
  return /\/(32|128)$/.test(address) && !address.endsWith(":/32");
}

/** An address without its prefix. */
export function bare(address: string): string {
  return address.split("/")[0] ?? "";
}
