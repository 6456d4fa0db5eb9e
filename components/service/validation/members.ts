import * as ipaddr from "ipaddr.js";
import { isIpv6 } from "../../args/networks";
import { place } from "../../args/place";
import type { Problem } from "../../args/problems";
import { bareAddress, networkOf, prefixOf } from "../../args/validate";
import { rangeOf } from "../../ipvs/clientPorts";
import { ServiceInput, MemberInput, familyOf } from "./input";

/** The problems of a service's members. */
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
 * The problem of a loopback address with masquerade: the director answers from there only its own requests. (With the
 * other methods packets do not change, and the director's own servers get them.)
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

/** The broadcast address of the director's network, which the kernel refuses as a member. */
function broadcastOf(own: string): string | undefined {
  return !isIpv6(own) && Number(prefixOf(own)) < 31
    ? ipaddr.IPv4.broadcastAddressFromCIDR(own).toString()
    : undefined;
}

/** True for a port that all packets with the mark have: they keep their port, so a member may name it. */
function isMarked({ firewallMark, ports }: ServiceInput, port: number): boolean {
  return (
    firewallMark !== undefined &&
    (ports ?? [port]).every((marked) => rangeOf(marked).every((end) => end === port))
  );
}

/**
 * The problems of a forwarding method: direct routing and tunnels do not change packets, and only tunnels connect the
 * two families.
 */
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
