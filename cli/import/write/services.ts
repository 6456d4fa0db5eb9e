import type { Check } from "../../../components/keepalived/healthCheck.js";
import type { ImportedMember, ImportedService } from "../model/model.js";
import { Call, type Code, printed, Raw, resourceName, vipVariable } from "./code.js";
import { memberRow, optionFields } from "./row.js";

/** The statements for services as components. What several of them share is written once. */
export function serviceStatements(
  services: ImportedService[],
  owner: Record<string, Code>,
): string[] {
  const checks = sharedChecks(services);
  const lists = sharedLists(services, checks);
  return [
    ...checks.statements,
    ...lists.statements,
    ...alike(services).map((group) => serviceStatement(group, owner, { checks, lists })),
  ];
}

/** Checks that more than one member has, as constants. */
interface Checks {
  statements: string[];
  codeOf: (check: Check) => Code;
}

function sharedChecks(services: ImportedService[]): Checks {
  const lists = new Map(services.map((service) => [listKey(service), service.members]));
  const counts = new Map<string, { check: Check; count: number }>();
  for (const { check } of [...lists.values()].flat()) {
    if (check) {
      const key = JSON.stringify(check);
      counts.set(key, { check, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  const names = new Map<string, string>();
  const statements: string[] = [];
  for (const [key, { check, count }] of counts) {
    if (count > 1) {
      const name = freeName(`${check.type}Check`, [...names.values()]);
      names.set(key, name);
      const before = `const ${name}: Check = `;
      statements.push(`${before}${printed(checkCode(check), 0, before.length)};`);
    }
  }
  return {
    statements,
    codeOf: (check) => {
      const name = names.get(JSON.stringify(check));
      return name === undefined ? checkCode(check) : new Raw(name);
    },
  };
}

/** Lists of members that more than one service has, as constants. */
interface Lists {
  statements: string[];
  nameOf: (service: ImportedService) => string | undefined;
}

function sharedLists(services: ImportedService[], checks: Checks): Lists {
  const groups = new Map<string, ImportedService[]>();
  for (const service of services) {
    const key = listKey(service);
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  const names = new Map<string, string>();
  const statements: string[] = [];
  for (const [key, [first, ...others]] of groups) {
    if (first && others.length > 0 && first.members.length > 0) {
      const name = `realServers${names.size + 1}`;
      names.set(key, name);
      const list = membersCode(first, name, checks);
      const before = `const ${name} = `;
      statements.push(`${before}${printed(list, 0, before.length)};`);
    }
  }
  return { statements, nameOf: (service) => names.get(listKey(service)) };
}

/** Equal for services whose members can be the same RealServers. */
function listKey({ key, members }: ImportedService): string {
  const port = "port" in key ? key.port : 0;
  return JSON.stringify(
    members.map((member) => [memberRow(member, port), member.check, member.inhibitOnFailure]),
  );
}

function membersCode(service: ImportedService, prefix: string, checks: Checks): Code[] {
  const port = "port" in service.key ? service.key.port : 0;
  return service.members.map((member) => {
    const name = resourceName(`${prefix}-${member.address}-${member.port}`);
    return new Call("new RealServer", name, memberCode(member, port, checks));
  });
}

function memberCode(member: ImportedMember, port: number, checks: Checks): Code {
  return {
    ...(memberRow(member, port) as unknown as Record<string, Code>),
    ...(member.check && { check: checks.codeOf(member.check) }),
    ...(member.inhibitOnFailure && { inhibitOnFailure: true }),
  };
}

function checkCode(check: Check): Code {
  return check as unknown as Record<string, Code>;
}

/** Services that differ in nothing but their address, in groups; each group becomes a loop. */
function alike(services: ImportedService[]): [ImportedService, ...ImportedService[]][] {
  const groups = new Map<string, [ImportedService, ...ImportedService[]]>();
  for (const service of services) {
    const { key, sorryServer, quorum, hysteresis, alpha, omega } = service;
    const place = "address" in key ? [key.port, key.protocol] : [key];
    const same = [
      ...[place, optionFields(service), sorryServer, quorum, hysteresis, alpha, omega],
      listKey(service),
    ];
    const text = JSON.stringify(same);
    const group = groups.get(text);
    if (group) {
      group.push(service);
    } else {
      groups.set(text, [service]);
    }
  }
  return [...groups.values()];
}

function serviceStatement(
  group: [ImportedService, ...ImportedService[]],
  owner: Record<string, Code>,
  { checks, lists }: { checks: Checks; lists: Lists },
): string {
  const [service] = group;
  const { key, quorum, hysteresis, alpha, omega, sorryServer } = service;
  const list = lists.nameOf(service);
  const name = nameOf(service);
  const args = (vip: string): Code => ({
    ...owner,
    ...("address" in key
      ? {
          vip: new Raw(vip),
          port: key.port,
          ...(key.protocol !== "tcp" && { protocol: key.protocol }),
        }
      : { firewallMark: key.firewallMark, ...(key.family === "ipv6" && { family: "ipv6" }) }),
    ...(optionFields(service) as unknown as Record<string, Code>),
    realServers: list === undefined ? membersCode(service, name, checks) : new Raw(list),
    ...(quorum !== undefined && { quorum }),
    ...(hysteresis !== undefined && { hysteresis }),
    ...(alpha && { alpha }),
    ...(omega && { omega }),
    ...(sorryServer && { sorryServer: sorryServer as unknown as Record<string, Code> }),
    adopt: true,
  });
  if (group.length === 1 || !("address" in key)) {
    const vip = "address" in key ? vipVariable(key.address) : "";
    return `${printed(new Call("new IpvsService", name, args(vip)))};`;
  }
  const vips = group.flatMap((one) =>
    "address" in one.key ? new Raw(vipVariable(one.key.address)) : [],
  );
  const isIpv6 = key.address.includes(":");
  const address = isIpv6 ? 'vip.address.replaceAll(":", "-")' : "vip.address";
  const title = new Raw(`\`${key.protocol}-\${${address}}-${key.port}\``);
  const call = printed(new Call("new IpvsService", title, args("vip")), 2);
  return `for (const vip of ${printed(vips, 0, "for (const vip of ".length, 3)}) {\n  ${call};\n}`;
}

/** The name of a service in the program. */
function nameOf({ key }: ImportedService): string {
  return resourceName(
    "firewallMark" in key
      ? `mark-${key.firewallMark}${key.family === "ipv6" ? "-ipv6" : ""}`
      : `${key.protocol}-${key.address}-${key.port}`,
  );
}

function freeName(name: string, taken: string[]): string {
  for (let i = 1; ; i++) {
    const one = i === 1 ? name : `${name}${i}`;
    if (!taken.includes(one)) {
      return one;
    }
  }
}
