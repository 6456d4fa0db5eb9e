import * as ipaddr from "ipaddr.js";
import { isIpv6 } from "../../args/networks";
import { place } from "../../args/place";
import type { Problem } from "../../args/problems";
import { bareAddress, networkOf, prefixOf } from "../../args/validate";
import { rangeOf } from "../../ipvs/clientPorts";
import { ServiceInput, MemberInput, familyOf } from "./input";

/** The problems of the members in their service. */
export function memberProblems(service: ServiceInput): Problem[] {
  const { director } = service;
  const seen = new Map<string, number>();
  const everybody = broadcastOf(director.host.address);
  return service.members.flatMap((r, i) => {
    const target = place(r.address, r.port);
    const first = seen.get(target);
    seen.set(target, i);
    const loopback = loopbackProblem(director, r);
    return [
      ...(r.address === everybody
        ? [`its address ${r.address} is everybody's in ${networkOf(director.host.address)}`]
        : []),
      ...(r.address === service.vip?.address
        ? [`its address ${r.address} is the virtual address itself`]
        : []),
      ...(loopback === undefined ? [] : [loopback]),
      ...(first === undefined ? [] : [`${target} is a member already, as realServers[${first}]`]),
      ...forwardingProblems(service, r),
    ].map((message) => ({ path: ["realServers", i], label: r.label, message }));
  });
}

/**
 * The reason why masquerade cannot lead to a loopback address: the director answers from there only what it asked itself.
 * (By the other methods packets stay as they are, and its own servers get them.)
 */
export function loopbackProblem(
  { host, localClients }: Pick<ServiceInput["director"], "host" | "localClients">,
  { address, forwarding }: Pick<MemberInput, "address" | "forwarding">,
): string | undefined {
  return address.startsWith("127.") && forwarding === "masquerade" && !localClients
    ? `${address} by masquerade answers nobody but the director itself; ` +
        `its own address ${bareAddress(host.address)} does it` +
        ", or else localClients: true on the director says that it is meant so"
    : undefined;
}

/** The last address of a network that the director is in, which the kernel refuses as a member. */
function broadcastOf(own: string): string | undefined {
  return !isIpv6(own) && Number(prefixOf(own)) < 31
    ? ipaddr.IPv4.broadcastAddressFromCIDR(own).toString()
    : undefined;
}

/** Under a mark every packet keeps its port, so the one that all of them have may be named. */
function isMarked({ firewallMark, ports }: ServiceInput, port: number): boolean {
  return (
    firewallMark !== undefined &&
    (ports ?? [port]).every((marked) => rangeOf(marked).every((end) => end === port))
  );
}

/** Direct routing and tunnels pass packets on as they are, and tunnels alone join the two families. */
function forwardingProblems(service: ServiceInput, r: MemberInput): string[] {
  const port = service.port ?? 0;
  const mixed = (familyOf(service) === "ipv6") !== isIpv6(r.address);
  const problems: string[] = [];
  if (r.forwarding !== "masquerade" && r.port !== port && !isMarked(service, r.port)) {
    problems.push(
      `port ${r.port} cannot be had with forwarding ${r.forwarding}, which leaves ` +
        (port === 0 ? "it as it is: give none" : `the service's: ${port}`),
    );
  }
  if (mixed && r.forwarding !== "ipip") {
    problems.push(
      `${r.address} is of another address family than the service's clients, which only forwarding ipip can join`,
    );
  }
  if (mixed && (service.director.syncDaemons.length > 0 || service.vip?.isShared)) {
    problems.push(
      `${r.address} is of another address family than the service's clients, which the kernel does not have beside a director's syncDaemons`,
    );
  }
  return problems;
}
