import { isIpv6, ownAddress } from "../args/networks";
import { bareAddress, networkOf, sameNetwork } from "../args/validate";
import type { Director } from "../director/director";
import type { Announced, AnnouncedTo } from "./announcement";

/** The reasons why these directors cannot announce an address, one line a problem. */
export function announcementProblems(
  address: string,
  bgp: Announced,
  directors: Director[],
): string[] {
  const { asn, neighbors, localPreference, routerId } = bgp;
  const family = isIpv6(address) ? "ipv6" : "ipv4";
  const internal = neighbors.filter((neighbor) => neighbor.asn === asn);
  const at = "announce.bgp";
  return [
    ...(neighbors.some((neighbor) => isIpv6(neighbor.address) === isIpv6(address))
      ? []
      : [
          `${at}.neighbors: none has an address of ${family === "ipv6" ? "IPv6" : "IPv4"}, the family of ${address}`,
        ]),
    ...neighbors.flatMap((neighbor, i) => neighborProblems(neighbor, i, bgp, address, directors)),
    ...(localPreference !== undefined && internal.length === 0
      ? [
          `${at}.localPreference: only neighbours of AS ${asn} would get it, and there is none; give med, or communities that their routers know`,
        ]
      : []),
    ...(routerId !== undefined && directors.length > 1
      ? [
          `${at}.routerId: ${directors.length} directors cannot have the same; leave it out, so that each has its own`,
        ]
      : []),
    ...directors.flatMap(({ host }, i) => {
      const first = directors.findIndex((other) => other.host === host);
      return first < i
        ? [`directors[${i}]: ${host.label} is the machine of directors[${first}]`]
        : [];
    }),
  ];
}

function neighborProblems(
  neighbor: AnnouncedTo,
  i: number,
  { neighbors }: Announced,
  address: string,
  directors: Director[],
): string[] {
  const at = `announce.bgp.neighbors[${i}]`;
  const first = neighbors.findIndex((other) => other.address === neighbor.address);
  const family = isIpv6(neighbor.address) ? "ipv6" : "ipv4";
  return [
    ...(first < i
      ? [
          `${at}.address: ${neighbor.address} is that of neighbors[${first}]` +
            (neighbors[first]?.asn === neighbor.asn
              ? ""
              : `, of AS ${neighbors[first]?.asn ?? ""}, and a router has one`),
        ]
      : []),
    ...(neighbor.address === address
      ? [`${at}.address: ${address} is the virtual address itself`]
      : []),
    ...directors.flatMap(({ host }) => {
      const own = ownAddress(host, family);
      if (own === undefined) {
        return [
          `${at}.address: ${host.label} has no address of ${family === "ipv6" ? "IPv6 (address6)" : "IPv4"} to reach ${neighbor.address} from`,
        ];
      }
      if (bareAddress(own) === neighbor.address) {
        return [`${at}.address: ${neighbor.address} is the director ${host.label} itself`];
      }
      return sameNetwork(neighbor.address, own) || neighbor.multihop !== undefined
        ? []
        : [
            `${at}.address: ${neighbor.address} is outside ${networkOf(own)}, the network of ${host.label}: give multihop, the most routers on the way`,
          ];
    }),
  ];
}
