import * as ipaddr from "ipaddr.js";
import { place } from "../components/args/place";
import { optionProtocols } from "../components/ipvs/protocols";
import { stackPolicy } from "./definition";
import { Resource, text, texts, types, integerOf } from "./resources";
import { titleOf, Refuse } from "./violations";

/**
 * Two machines that announce one address take connections from each other. A component sees only its own machine; this
 * policy sees the whole stack.
 */
export const oneOwnerOfAVip = stackPolicy<{ shared: string[] }>({
  name: "one-owner-of-a-vip",
  description:
    "One Vip declares an address, and one service or static redirection its port and protocol.",
  enforcementLevel: "mandatory",
  parameters: {
    shared: {
      description: "Addresses that several machines hold on purpose, such as a stand-by director.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
  },
  check: (resources, { shared }, refuse) => {
    const exempt = new Set(shared.map(canonical));
    // Pulumi passes them in no particular order.
    const sorted = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    const vips = sorted.flatMap((resource) => vipOf(resource, exempt));
    const services = sorted.flatMap((resource) => [
      ...serviceOf(resource, exempt),
      ...redirectOf(resource, exempt),
    ]);
    refuseSeconds([...vips, ...services], refuse);
  },
});

interface Claim {
  resource: Resource;
  /** Equal for two resources that claim the same thing. */
  key: string;
  /** The claimed thing in words. */
  what: string;
}

function refuseSeconds(claims: Claim[], refuse: (resource: Resource) => Refuse): void {
  const owners = new Map<string, Resource>();
  for (const { key, what, resource } of claims) {
    const owner = owners.get(key);
    if (owner) {
      refuse(resource)(`${what} is declared by ${titleOf(owner)} already; allowed is one owner`);
    } else {
      owners.set(key, resource);
    }
  }
}

function vipOf(resource: Resource, exempt: Set<string>): Claim[] {
  if (resource.type !== types.vip) {
    return [];
  }
  const { address, alongside } = resource.props;
  return [text(address) ?? [], texts(alongside)]
    .flat()
    .filter((one) => !exempt.has(canonical(one)))
    .map((one) => ({ resource, key: canonical(one), what: `address "${one}"` }));
}

/** A stack policy sees outputs. A service's output is its ipvsadm lines, first "-A -t ADDRESS:PORT -s …". */
function serviceOf(resource: Resource, exempt: Set<string>): Claim[] {
  const { lines } = resource.props;
  if (resource.type !== types.service || !Array.isArray(lines)) {
    return [];
  }
  const [, option = "", place = ""] = text(lines[0])?.split(" ") ?? [];
  const protocol = optionProtocols.get(option);
  const [, address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(place) ?? [];
  if (!protocol || !address || !port || exempt.has(canonical(address))) {
    return [];
  }
  return [placeOf(resource, protocol, address, port)];
}

function redirectOf(resource: Resource, exempt: Set<string>): Claim[] {
  const [address, protocol] = [text(resource.props.vip), text(resource.props.protocol)];
  const port = integerOf(resource.props.port);
  const known = address !== undefined && protocol !== undefined && port !== undefined;
  if (resource.type !== types.redirect || !known || exempt.has(canonical(address))) {
    return [];
  }
  return [placeOf(resource, protocol, address, String(port))];
}

function placeOf(resource: Resource, protocol: string, address: string, port: string): Claim {
  const key = `${protocol} ${canonical(address)} ${port}`;
  return { resource, key, what: `vip and port "${place(address, port)}/${protocol}"` };
}

/** One spelling for each address; IPv6 has many. */
function canonical(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}
