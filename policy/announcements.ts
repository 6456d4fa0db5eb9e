import { ConfigError, only, resourcePolicy } from "./definition";
import { networkParameter, placeOf, privateNetworks, within } from "./networks";
import { rangeOf } from "./ranges";
import { integerOf, record, Resource, text, types } from "./resources";
import { notAllowed } from "./violations";

/** AS numbers for private use (RFC 6996). */
export const privateAsNumbers = ["64512-65534", "4200000000-4294967294"];

/** Announcements by BGP leave the machines that this program sets up: a wrong one takes other people's traffic. */
export const allowedAsNumbers = resourcePolicy<{ own: string[]; neighbors: string[] }>({
  name: "allowed-as-numbers",
  description: "Directors announce from, and to, the allowed autonomous systems.",
  // Who has a public AS number knows it, so the default only warns.
  enforcementLevel: "advisory",
  parameters: {
    own: { description: "AS numbers of directors, or ranges of them.", ...asNumbers() },
    neighbors: { description: "AS numbers of their neighbours, or ranges.", ...asNumbers() },
  },
  of: only(types.vip),
  check: (vip, { own, neighbors }, refuse) => {
    const bgp = announcementOf(vip);
    for (const [at, asn, allowed] of [
      ["announce.bgp.asn", integerOf(bgp?.asn), own] as const,
      ...neighborsOf(vip).map(
        ({ at, properties }) => [`${at}.asn`, integerOf(properties.asn), neighbors] as const,
      ),
    ]) {
      if (asn !== undefined && !allowed.some((one) => isIn(asn, one))) {
        refuse(notAllowed(at, asn, allowed));
      }
    }
  },
});

/** The networks in which the neighbours may lie that directors have sessions with. */
export const allowedNeighbors = resourcePolicy<{ networks: string[] }>({
  name: "allowed-bgp-neighbors",
  description: "Directors have BGP sessions only with neighbours in the allowed networks.",
  enforcementLevel: "advisory",
  parameters: {
    networks: {
      description: "Networks of neighbours, such as 10.10.10.0/24.",
      ...networkParameter,
    },
  },
  of: only(types.vip),
  check: (vip, { networks }, refuse) => {
    const addresses = neighborsOf(vip).flatMap(({ at, properties }) =>
      placeOf(`${at}.address`, properties.address),
    );
    within("allowed-bgp-neighbors", networks, addresses, refuse);
  },
});

/** The networks whose addresses may be announced; other addresses of Vips are up to allowed-networks. */
export const allowedAnnouncements = resourcePolicy<{ networks: string[] }>({
  name: "allowed-announcements",
  description: "Only addresses of the allowed networks are announced by BGP.",
  // A stack that announces others' addresses does harm beyond its own machines.
  enforcementLevel: "mandatory",
  parameters: {
    networks: {
      description: "Networks whose addresses may be announced.",
      ...networkParameter,
      default: [
        ...privateNetworks,
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
      ],
    },
  },
  of: only(types.vip),
  check: (vip, { networks }, refuse) => {
    if (announcementOf(vip)) {
      const addresses = placeOf("announced address", vip.props.address);
      within("allowed-announcements", networks, addresses, refuse);
    }
  },
});

/** Without detection, a director that dies gets packets until its session ends, which is 9 s. */
export const bfdRequired = resourcePolicy<{ except: string[] }>({
  name: "bfd-required",
  description: "BGP sessions have bidirectional forwarding detection (BFD).",
  enforcementLevel: "advisory",
  parameters: {
    except: {
      description: "Addresses of neighbours that do not speak it.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
  },
  of: only(types.vip),
  check: (vip, { except }, refuse) => {
    for (const { at, properties } of neighborsOf(vip)) {
      const address = text(properties.address);
      if (properties.bfd === false && address !== undefined && !except.includes(address)) {
        refuse(`${at}.bfd false is not allowed; allowed is true, or its interval and multiplier`);
      }
    }
  },
});

function announcementOf({ props }: Resource): Record<string, unknown> | undefined {
  const { bgp } = record(props.announce);
  return bgp === undefined ? undefined : record(bgp);
}

function neighborsOf(vip: Resource): { at: string; properties: Record<string, unknown> }[] {
  const neighbors = announcementOf(vip)?.neighbors;
  return (Array.isArray(neighbors) ? neighbors : []).map((one, i) => ({
    at: `announce.bgp.neighbors[${i}]`,
    properties: record(one),
  }));
}

function asNumbers() {
  return {
    type: "array" as const,
    items: { type: "string" as const, pattern: "^[0-9]{1,10}(-[0-9]{1,10})?$" },
    minItems: 1,
    default: privateAsNumbers,
  };
}

/** @throws ConfigError for a range that ends before it begins. */
function isIn(asn: number, range: string): boolean {
  const found = rangeOf(range);
  if (!found) {
    throw new ConfigError("allowed-as-numbers", `"${range}" ends before it begins`);
  }
  return asn >= found[0] && asn <= found[1];
}
