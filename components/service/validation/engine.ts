import { isIpv6 } from "../../args/networks";
import { place } from "../../args/place";
import type { Member } from "../../backends/plainRealServer";
import { Protocol } from "../../ipvs/protocols";
import type { Engine } from "../../keepalived/engine";
import { asksPort, SorryServer } from "../../keepalived/healthCheck";
import { loopbackProblem } from "./members";

/** The properties of a service that decide if its director's engine supports it. */
export interface Driven {
  director: { engine: Engine; host: { address: string }; localClients: boolean };
  vip?: { address: string };
  port?: number;
  protocol?: Protocol;
  realServers: Member[];
  quorum?: number;
  sorryServer?: SorryServer;
  alpha?: boolean;
  omega?: boolean;
  keepWeights?: boolean;
}

/** The reasons why the director's engine does not support a service, one line for each problem. */
export function engineProblems(service: Driven, family: "ipv4" | "ipv6"): string[] {
  return service.director.engine === "keepalived"
    ? keepalivedProblems(service, family)
    : ipvsadmProblems(service);
}

/** Properties that need checks, which ipvsadm does not make. */
function ipvsadmProblems({ realServers, ...service }: Driven): string[] {
  const needs = 'needs a director with engine: "keepalived"';
  return [
    ...(["quorum", "sorryServer", "alpha", "omega"] as const).flatMap((property) =>
      service[property] ? [`${property}: ${needs}`] : [],
    ),
    ...realServers.flatMap(({ label, check, inhibitOnFailure }, i) => [
      ...(check ? [`realServers[${i}] "${label}": check: ${needs}`] : []),
      ...(inhibitOnFailure ? [`realServers[${i}] "${label}": inhibitOnFailure: ${needs}`] : []),
    ]),
  ];
}

/** Properties that keepalived leaves out or changes, with no more than a line in its log. */
function keepalivedProblems(service: Driven, family: "ipv4" | "ipv6"): string[] {
  const { realServers, quorum } = service;
  const weights = realServers.reduce((sum, { weight }) => sum + weight, 0);
  if (realServers.length === 0) {
    return ["realServers: an empty list; keepalived leaves out a service without members"];
  }
  return [
    ...(weights < (quorum ?? 1)
      ? [
          quorum === undefined
            ? "realServers: all have weight 0; keepalived needs one that may get connections"
            : `quorum: ${quorum} is above the weights of all members together, which are ${weights}`,
        ]
      : []),
    ...(service.keepWeights ? [`keepWeights: ${ownWeights}`] : []),
    ...realServers.flatMap(({ label, keepWeight }, i) =>
      keepWeight ? [`realServers[${i}] "${label}": keepWeight: ${ownWeights}`] : [],
    ),
    ...sorryProblems(service, family),
    ...realServers.flatMap((member, i) =>
      checkProblems(service, member).map((p) => `realServers[${i}] "${member.label}": check${p}`),
    ),
  ];
}

const ownWeights = 'needs a director with engine: "ipvsadm"; keepalived sets weights itself';

function sorryProblems(service: Driven, family: "ipv4" | "ipv6"): string[] {
  const { sorryServer: sorry, realServers, vip, port = 0 } = service;
  if (!sorry) {
    return [];
  }
  const target = place(sorry.address, sorry.port);
  const same = realServers.findIndex((r) => place(r.address, r.portIn(port)) === target);
  const { forwarding = "masquerade" } = sorry;
  const loopback = loopbackProblem(service.director, { ...sorry, forwarding });
  return [
    ...(forwarding !== "masquerade" && sorry.port !== port
      ? [
          `sorryServer.port: ${sorry.port} cannot be had with forwarding ${forwarding}, which leaves ` +
            (port === 0
              ? 'it as clients asked for it: give forwarding "masquerade"'
              : `the service's: ${port}`),
        ]
      : []),
    ...(loopback === undefined ? [] : [`sorryServer.address: ${loopback}`]),
    ...(isIpv6(sorry.address) === (family === "ipv6")
      ? []
      : [
          `sorryServer.address: ${sorry.address} is of another address family than the service's clients`,
        ]),
    ...(sorry.address === vip?.address
      ? [`sorryServer.address: ${sorry.address} is the virtual address itself`]
      : []),
    ...(same < 0 ? [] : [`sorryServer: ${target} is a member already, as realServers[${same}]`]),
  ];
}

function checkProblems({ protocol = "tcp", port = 0 }: Driven, member: Member): string[] {
  const { check } = member;
  if (!check && protocol !== "tcp") {
    return [
      `: missing; the default, a connection over TCP, says nothing of a service over ${protocol}`,
    ];
  }
  const needsPort = check === undefined || (asksPort(check) && check.port === undefined);
  return needsPort && member.portIn(port) === 0
    ? [".port: missing; the member has none of its own, in a service of several"]
    : [];
}
