import type { Check } from "../../../components/keepalived/healthCheck.js";
import type { TableRealServer, TableService } from "../../../components/table/tableServices.js";
import type { ImportedMember, ImportedService } from "../model/model.js";

/** A service as IpvsTable has it, without what is a default there. */
export function rowOf(service: ImportedService): TableService {
  const { key, members } = service;
  return {
    ...keyFields(service),
    ...optionFields(service),
    realServers: members.map((member) => memberRow(member, "port" in key ? key.port : 0)),
  };
}

/** The same with what keepalived does with it. A check that all members have is the service's. */
export function checkedRowOf(service: ImportedService): TableService {
  const { members, quorum, hysteresis, sorryServer, alpha, omega } = service;
  const { realServers = [], ...row } = rowOf(service);
  const [first] = members;
  const check = members.every((member) => isSame(member.check, first?.check)) && first?.check;
  const inhibits = members.length > 0 && members.every((member) => member.inhibitOnFailure);
  return {
    ...row,
    ...(check && { check }),
    ...(inhibits && { inhibitOnFailure: true }),
    ...(quorum !== undefined && { quorum }),
    ...(hysteresis !== undefined && { hysteresis }),
    ...(sorryServer && { sorryServer }),
    ...(alpha && { alpha }),
    ...(omega && { omega }),
    realServers: realServers.map((realServer, i) => ({
      ...realServer,
      ...(!check && members[i]?.check && { check: members[i].check }),
      ...(!inhibits && members[i]?.inhibitOnFailure && { inhibitOnFailure: true }),
    })),
  };
}

function isSame(one: Check | undefined, other: Check | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keyFields({ key }: ImportedService): TableService {
  if ("firewallMark" in key) {
    const { firewallMark, family } = key;
    return { firewallMark, ...(family === "ipv6" && { family }) };
  }
  const { address, port, protocol } = key;
  return { address, port, ...(protocol !== "tcp" && { protocol }) };
}

/** A service's options, as IpvsService and IpvsTable have them, without defaults. */
export function optionFields({
  scheduler,
  schedulerFlags,
  persistence,
  onePacket,
}: ImportedService): Pick<
  TableService,
  "scheduler" | "schedulerFlags" | "persistence" | "onePacket"
> {
  return {
    scheduler: scheduler as TableService["scheduler"],
    ...(schedulerFlags.length > 0 && {
      schedulerFlags: schedulerFlags as TableService["schedulerFlags"],
    }),
    ...(persistence && { persistence }),
    ...(onePacket && { onePacket }),
  };
}

/** A member as RealServer and IpvsTable have it, without defaults. */
export function memberRow(member: ImportedMember, servicePort: number): TableRealServer {
  const { address, port, weight, forwarding, tunnel, upperThreshold, lowerThreshold } = member;
  return {
    address,
    ...(port !== 0 && port !== servicePort && { port }),
    ...(weight !== 1 && { weight }),
    ...(forwarding !== "masquerade" && { forwarding }),
    ...(tunnel && { tunnel }),
    ...(upperThreshold > 0 && { upperThreshold }),
    ...(lowerThreshold > 0 && { lowerThreshold }),
  };
}
