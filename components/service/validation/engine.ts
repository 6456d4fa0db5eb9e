import { isIpv6 } from "../../args/networks";
import { place } from "../../args/place";
import { textOf, type Problem } from "../../args/problems";
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
  realServers: DrivenMember[];
  quorum?: number;
  hysteresis?: number;
  sorryServer?: SorryServer;
  alpha?: boolean;
  omega?: boolean;
  keepWeights?: boolean;
}

/** A member of it; those of a table have no label. */
export interface DrivenMember extends Pick<
  Member,
  "address" | "weight" | "check" | "inhibitOnFailure" | "portIn"
> {
  label?: string;
  keepWeight?: boolean;
}

/** The reasons why the director's engine does not support a service, one line for each problem. */
export function engineProblems(service: Driven, family: "ipv4" | "ipv6"): string[] {
  return drivenProblems(service, family).map(textOf);
}

/** The same with the place of each. */
export function drivenProblems(service: Driven, family: "ipv4" | "ipv6"): Problem[] {
  return service.director.engine === "keepalived"
    ? keepalivedProblems(service, family)
    : ipvsadmProblems(service);
}

/** The reason why there can be no checks, nor what depends on them. */
export const needsKeepalived = 'needs a director with engine: "keepalived"';

/** Properties that need checks, which ipvsadm does not make. */
function ipvsadmProblems({ realServers, ...service }: Driven): Problem[] {
  const needs = needsKeepalived;
  return [
    ...(["quorum", "hysteresis", "sorryServer", "alpha", "omega"] as const).flatMap((property) =>
      service[property] ? [{ path: [property], message: needs }] : [],
    ),
    ...realServers.flatMap(({ label, check, inhibitOnFailure }, i) => {
      const path = ["realServers", i];
      return [
        ...(check ? [{ path, label, message: `check: ${needs}` }] : []),
        ...(inhibitOnFailure ? [{ path, label, message: `inhibitOnFailure: ${needs}` }] : []),
      ];
    }),
  ];
}

/** Properties that keepalived leaves out or changes, with no more than a line in its log. */
function keepalivedProblems(service: Driven, family: "ipv4" | "ipv6"): Problem[] {
  const { realServers, quorum, hysteresis = 0 } = service;
  const weights = realServers.reduce((sum, { weight }) => sum + weight, 0);
  if (realServers.length === 0) {
    const message = "an empty list; keepalived leaves out a service without members";
    return [{ path: ["realServers"], message }];
  }
  const tooLight =
    quorum === undefined
      ? {
          path: ["realServers"],
          message: "all have weight 0; keepalived needs one that may get connections",
        }
      : {
          path: ["quorum"],
          message: `${quorum} is above the weights of all members together, which are ${weights}`,
        };
  return [
    ...(weights < (quorum ?? 1)
      ? [tooLight]
      : hysteresisProblems(hysteresis, quorum ?? 1, weights)),
    ...(service.keepWeights ? [{ path: ["keepWeights"], message: ownWeights }] : []),
    ...realServers.flatMap(({ label, keepWeight }, i) =>
      keepWeight ? [{ path: ["realServers", i], label, message: `keepWeight: ${ownWeights}` }] : [],
    ),
    ...sorryProblems(service, family),
    ...realServers.flatMap((member, i) =>
      checkProblems(service, member).map((problem) => ({
        path: ["realServers", i],
        label: member.label,
        message: `check${problem}`,
      })),
    ),
  ];
}

/** keepalived would lower the one, and never win the quorum with the other. */
function hysteresisProblems(hysteresis: number, quorum: number, weights: number): Problem[] {
  const path = ["hysteresis"];
  if (hysteresis >= quorum) {
    return [{ path, message: `${hysteresis} is not below the quorum, which is ${quorum}` }];
  }
  const won = quorum + hysteresis;
  const message = `the quorum is won at ${won} then, above the weights of all members together, which are ${weights}`;
  return hysteresis > 0 && won > weights ? [{ path, message: `${hysteresis}: ${message}` }] : [];
}

/**
 * The reason why weights that were set by hand cannot be kept. A member whose machine is maintained fails its check, and
 * comes back with the weight of keepalived's file (facts-checkedTable.test.ts).
 */
export const ownWeights =
  'needs a director with engine: "ipvsadm"; keepalived sets weights itself: a member that fails its check ' +
  "and passes again has its declared weight, not the one that was set by hand";

function sorryProblems(service: Driven, family: "ipv4" | "ipv6"): Problem[] {
  const { sorryServer: sorry, realServers, vip, port = 0 } = service;
  if (!sorry) {
    return [];
  }
  const target = place(sorry.address, sorry.port);
  const same = realServers.findIndex((r) => place(r.address, r.portIn(port)) === target);
  const { forwarding = "masquerade" } = sorry;
  const loopback = loopbackProblem(service.director, { ...sorry, forwarding });
  const ofAddress = (message: string) => ({ path: ["sorryServer", "address"], message });
  return [
    ...(forwarding !== "masquerade" && sorry.port !== port
      ? [
          {
            path: ["sorryServer", "port"],
            message:
              `${sorry.port} cannot be had with forwarding ${forwarding}, which leaves ` +
              (port === 0
                ? 'it as clients asked for it: give forwarding "masquerade"'
                : `the service's: ${port}`),
          },
        ]
      : []),
    ...(loopback === undefined ? [] : [ofAddress(loopback)]),
    ...(isIpv6(sorry.address) === (family === "ipv6")
      ? []
      : [ofAddress(`${sorry.address} is of another address family than the service's clients`)]),
    ...(sorry.address === vip?.address
      ? [ofAddress(`${sorry.address} is the virtual address itself`)]
      : []),
    ...(same < 0
      ? []
      : [
          {
            path: ["sorryServer"],
            message: `${target} is a member already, as realServers[${same}]`,
          },
        ]),
  ];
}

function checkProblems({ protocol = "tcp", port = 0 }: Driven, member: DrivenMember): string[] {
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
