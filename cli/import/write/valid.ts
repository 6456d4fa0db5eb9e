import type { Engine } from "../../../components/keepalived/engine.js";
import { type ImportedMember, type ImportedService, type Model, titleOf } from "../model/model.js";
import { placeOf } from "../model/origin.js";
import { engineRules, healthCheck, problems, tableRules } from "../rules.js";
import { rowOf } from "./row.js";

/** What the components' rules ask of a director. */
export interface DirectorFacts {
  engine: Engine;
  /** The machine's own address with prefix, if it is known. */
  own?: string;
  /** True when connections are synchronised with another director. */
  isSynchronised: boolean;
}

/** The services that the components accept, without members that they refuse. All others are named. */
export function validServices(model: Model, facts: DirectorFacts): ImportedService[] {
  const { findings } = model;
  const seen = new Map<string, ImportedService>();
  return model.services.flatMap((service) => {
    const title = titleOf(service.key);
    const first = seen.get(title);
    if (first) {
      const where = placeOf(first.origin);
      findings.omit(service.origin, `${title}: it is a service already, of ${where}`);
      return [];
    }
    const valid = acceptedBy(service, model, facts);
    if (valid) {
      seen.set(title, valid);
    }
    return valid ?? [];
  });
}

function acceptedBy(
  service: ImportedService,
  model: Model,
  facts: DirectorFacts,
): ImportedService | undefined {
  const { findings } = model;
  const title = titleOf(service.key);
  const members = service.members.map((member) => checked(member, model, facts));
  let now = { ...service, members };
  for (;;) {
    const wrong = membersAndReasons(now, facts);
    for (const { member, reason } of wrong.members) {
      findings.omit(member.origin, `${title}: ${member.address}: ${reason}`);
    }
    if (wrong.members.length === 0) {
      for (const reason of wrong.reasons) {
        findings.omit(service.origin, `${title}: ${reason}`);
      }
      return wrong.reasons.length > 0 ? undefined : drivenBy(now, model, facts);
    }
    const bad = new Set(wrong.members.map(({ member }) => member));
    now = { ...now, members: now.members.filter((member) => !bad.has(member)) };
  }
}

/** The problems of a service that a table would name: those of single members, and others. */
function membersAndReasons(
  service: ImportedService,
  { own = "0.0.0.0/32", isSynchronised }: DirectorFacts,
): { members: { member: ImportedMember; reason: string }[]; reasons: string[] } {
  const director = {
    ...{ host: { address: own }, localClients: false },
    syncDaemons: isSynchronised ? [true] : [],
  };
  const parsed = tableRules.tableService.safeParse(rowOf(service));
  const found = parsed.success
    ? tableRules.serviceProblems(director, parsed.data)
    : parsed.error.issues.map(problems.problemOf);
  const members: { member: ImportedMember; reason: string }[] = [];
  const reasons: string[] = [];
  for (const { path, message } of found) {
    const [property, i, ...inner] = path;
    const member =
      property === "realServers" && typeof i === "number" ? service.members[i] : undefined;
    const at = problems.pathOf(member ? inner : path);
    const reason = at === "" ? message : `${at}: ${message}`;
    if (member) {
      members.push({ member, reason });
    } else {
      reasons.push(reason);
    }
  }
  return { members, reasons };
}

/** A member with a check that a RealServer accepts. With keepalived, one that is not checked says so. */
function checked(
  member: ImportedMember,
  { findings }: Model,
  facts: DirectorFacts,
): ImportedMember {
  const { check, origin, ...others } = member;
  const parsed = check && healthCheck.checkSchema.safeParse(check);
  const wrong = parsed?.success
    ? healthCheck.checkProblems(parsed.data)
    : (parsed?.error.issues.map(problems.problemOf) ?? []);
  for (const problem of wrong) {
    findings.omit(origin, `its check: ${problems.textOf(problem)}`);
  }
  if (check && wrong.length === 0) {
    return member;
  }
  if (facts.engine === "ipvsadm") {
    return { ...others, origin };
  }
  findings.note(
    origin,
    "not checked: it is a member whatever happens, as /bin/true says each time",
  );
  return { ...others, check: { type: "script", command: "/bin/true", interval: 3600 }, origin };
}

/** The service as its engine supports it; undefined, and named, if it does not. */
function drivenBy(
  service: ImportedService,
  { findings }: Model,
  facts: DirectorFacts,
): ImportedService | undefined {
  const title = titleOf(service.key);
  let now = service;
  // A sorry server or a quorum that is refused is left out by itself.
  for (const property of ["sorryServer", "quorum"] as const) {
    const [reason] = engineReasons(now, facts).filter((one) => one.startsWith(property));
    if (reason !== undefined) {
      findings.omit(service.origin, `${title}: ${reason}`);
      now = { ...now, [property]: undefined };
    }
  }
  const reasons = engineReasons(now, facts);
  for (const reason of reasons) {
    findings.omit(service.origin, `${title}: ${reason}`);
  }
  return reasons.length > 0 ? undefined : now;
}

function engineReasons(service: ImportedService, { engine, own }: DirectorFacts): string[] {
  const { key, members, quorum, sorryServer } = service;
  const sorry = sorryServer && healthCheck.sorryServerSchema.safeParse(sorryServer);
  const family = "firewallMark" in key ? key.family : key.address.includes(":") ? "ipv6" : "ipv4";
  const place =
    "firewallMark" in key
      ? {}
      : { port: key.port, protocol: key.protocol, vip: { address: key.address } };
  const driven = {
    director: { engine, host: { address: own ?? "0.0.0.0/32" }, localClients: false },
    ...place,
    realServers: members.map((member) => ({
      ...{ ...member, label: member.address, keepWeight: false },
      portIn: (port: number) => member.port || port,
    })),
    quorum,
    sorryServer,
  };
  return [
    ...(sorry?.error?.issues.map((issue) => `sorryServer.${problems.describe(issue)}`) ?? []),
    ...engineRules.engineProblems(driven, family),
  ];
}
