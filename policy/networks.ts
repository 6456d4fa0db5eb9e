import * as ipaddr from "ipaddr.js";
import { ConfigError, resourcePolicy } from "./definition";
import { record, text, texts, types } from "./resources";
import { notAllowed } from "./violations";

/** Not routed in the Internet: RFC 1918, shared (RFC 6598) and unique local (RFC 4193) addresses. */
// prettier-ignore
export const privateNetworks = [
  "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7",
];

const networks = {
  type: "array" as const,
  items: { type: "string" as const, pattern: "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$" },
  minItems: 1,
  default: privateNetworks,
};

/**
 * Where addresses may lie. Every member of a service is a RealServer: it says so once, and the service
 * says where its sorry server is. A static redirection says it itself; its virtual address is a Vip.
 */
export const allowedNetworks = resourcePolicy<{ vips: string[]; realServers: string[] }>({
  name: "allowed-networks",
  description: "Virtual addresses and real servers lie in the allowed networks.",
  // Public addresses are right for some: the default only points at them.
  enforcementLevel: "advisory",
  parameters: {
    vips: { description: "Networks of virtual addresses, such as 10.10.10.0/24.", ...networks },
    realServers: { description: "Networks of real servers.", ...networks },
  },
  of: (type) =>
    [types.vip, types.realServer, types.redirect, types.service].some((t) => t === type),
  check: ({ type, props }, { vips, realServers }, refuse) => {
    const allowed = type === types.vip ? vips : realServers;
    const addresses: [at: string, address: string | undefined][] =
      type === types.service
        ? [["sorryServer.address", text(record(props.sorryServer).address)]]
        : [
            ["address", text(props.address)],
            ...texts(props.alongside).map((address, i): [string, string] => [
              `alongside[${i}]`,
              address,
            ]),
          ];
    for (const [at, address] of addresses) {
      if (address !== undefined && !allowed.map(network).some((n) => contains(n, address))) {
        refuse(notAllowed(at, address, `an address in ${allowed.join(", ")}`));
      }
    }
  },
});

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * A network, or a single address.
 * @throws ConfigError for what is neither
 */
function network(written: string): Network {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
  if (isAddress(address)) {
    const base = ipaddr.parse(address);
    const longest = base.toByteArray().length * 8;
    const bits = Number(prefix ?? longest);
    if (bits <= longest) {
      return [base, bits];
    }
  }
  throw new ConfigError("allowed-networks", `"${written}" is not a network such as 10.10.10.0/24`);
}

function contains([base, bits]: Network, address: string): boolean {
  if (!isAddress(address)) {
    return false;
  }
  // An IPv4 address in IPv6 clothes is that IPv4 address.
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match(base, bits);
}

/** ipaddr.js takes "10.1" for an address too, as inet_aton does. */
function isAddress(written: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(written) || ipaddr.IPv6.isValid(written);
}
