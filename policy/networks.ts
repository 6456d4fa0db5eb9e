import * as ipaddr from "ipaddr.js";
import { ConfigError, only, resourcePolicy } from "./definition";
import { plainMembersOf, record, text, texts, types } from "./resources";
import { notAllowed } from "./violations";

/** Networks that are not routed in the Internet: RFC 1918, shared (RFC 6598) and unique local (RFC 4193) addresses. */
// prettier-ignore
export const privateNetworks = [
  "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7",
];

/** A policy's parameter with networks. */
export const networkParameter = {
  type: "array" as const,
  items: { type: "string" as const, pattern: "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$" },
  minItems: 1,
  default: privateNetworks,
};

/**
 * The networks in which addresses may lie. A member that is a RealServer is reported there; the service reports its
 * members of plain values and its sorry server. A static redirection reports its target; its virtual address is a Vip.
 * A table has a summary of all its services' addresses.
 */
export const allowedNetworks = resourcePolicy<{ vips: string[]; realServers: string[] }>({
  name: "allowed-networks",
  description: "Virtual addresses and real servers lie in the allowed networks.",
  // Public addresses are right for some programs, so the default only warns.
  enforcementLevel: "advisory",
  parameters: {
    vips: {
      description: "Networks of virtual addresses, such as 10.10.10.0/24.",
      ...networkParameter,
    },
    realServers: { description: "Networks of real servers.", ...networkParameter },
  },
  of: only(types.vip, types.realServer, types.redirect, types.service, types.table),
  check: (resource, { vips, realServers }, refuse) => {
    const { type, props } = resource;
    const all = (allowed: string[], addresses: Place[]) => {
      within("allowed-networks", allowed, addresses, refuse);
    };
    switch (type) {
      case types.service:
        all(realServers, [
          ...plainMembersOf(resource).flatMap((m) =>
            placeOf(`member "${m.name}": address`, m.address),
          ),
          ...placeOf("sorryServer.address", record(props.sorryServer).address),
        ]);
        break;
      case types.table:
        all(vips, list("addresses", props.addresses));
        all(realServers, list("realServerAddresses", props.realServerAddresses));
        break;
      case types.vip:
        all(vips, [...placeOf("address", props.address), ...list("alongside", props.alongside)]);
        break;
      default:
        all(realServers, placeOf("address", props.address));
    }
  },
});

/** Refuses addresses that lie in none of the networks. @throws ConfigError for a text that is not a network. */
export function within(
  policy: string,
  allowed: string[],
  addresses: Place[],
  refuse: (problem: string) => void,
): void {
  const known = allowed.map((written) => network(policy, written));
  for (const [at, written] of addresses) {
    // A table names the first and the last of neighbouring addresses. A network that has both has all between them.
    const ends = written.split("-");
    if (!known.some((one) => ends.every((address) => contains(one, address)))) {
      refuse(notAllowed(at, written, `an address in ${allowed.join(", ")}`));
    }
  }
}

/** A property, and the address that it has. */
type Place = [at: string, address: string];

/** A property and its address; none while it is not known, or not given. */
export function placeOf(at: string, value: unknown): Place[] {
  const address = text(value);
  return address === undefined ? [] : [[at, address]];
}

function list(at: string, value: unknown): Place[] {
  return texts(value).map((address, i) => [`${at}[${i}]`, address]);
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * A network, or a single address.
 * @throws ConfigError for other texts.
 */
function network(policy: string, written: string): Network {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
  if (isAddress(address)) {
    const base = ipaddr.parse(address);
    const longest = base.toByteArray().length * 8;
    const bits = Number(prefix ?? longest);
    if (bits <= longest) {
      return [base, bits];
    }
  }
  throw new ConfigError(policy, `"${written}" is not a network such as 10.10.10.0/24`);
}

function contains([base, bits]: Network, address: string): boolean {
  if (!isAddress(address)) {
    return false;
  }
  // An IPv4-mapped IPv6 address counts as its IPv4 address.
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match(base, bits);
}

/** ipaddr.js also accepts "10.1" as an address, as inet_aton does. */
function isAddress(written: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(written) || ipaddr.IPv6.isValid(written);
}
