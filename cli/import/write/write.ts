import type { Engine } from "../../../components/keepalived/engine.js";
import { type ImportedService, type Model, titleOf } from "../model/model.js";
import { type Code, Call, printed, Raw, vipVariable } from "./code.js";
import { hostCode, type HostPlan, type MachineOptions, ownOf, planHosts } from "./hosts.js";
import { serviceStatements } from "./services.js";
import { tableCode, tableFile } from "./table.js";
import { validServices } from "./valid.js";
import { planVips } from "./vips.js";

/** A program, and what to know about it. */
export interface WrittenProgram {
  text: string;
  /** The file of the table that the program names. */
  table?: string;
  /** A line for each thing that the files have and the program has not. */
  omitted: string[];
  notes: string[];
}

export interface WriteOptions extends MachineOptions {
  /** The files that were read, for the program's head. */
  sources: string[];
  /** The name of the table's file, as the program reads it; undefined to write the services into the program. */
  tableFile?: string;
  /** True if the model has each of the services' addresses that the machine has. */
  knowsAddresses?: boolean;
}

/** So many services are a component each; more are one table. */
export const mostComponents = 10;

/**
 * Writes the program that declares what was read.
 * @throws Error when nothing can be declared.
 */
export function writeProgram(model: Model, options: WriteOptions): WrittenProgram {
  const hosts = planHosts(model, options);
  const engine = engineOf(model, hosts);
  synchronise(model, hosts);
  const facts = {
    ...{ engine, own: options.address ?? hosts[0]?.address },
    isSynchronised: hosts.length > 1 || model.syncDaemons.length > 0,
  };
  const services = validServices(model, facts);
  const isTable = services.length > mostComponents;
  const { rows, single } = split(services, model, {
    ...{ hosts, isTable, knowsAddresses: options.knowsAddresses },
  });
  const vips = planVips(model, single, { hosts, needsVips: true });
  const { findings } = model;
  const { omitted, notes } = findings;
  if (rows.length + single.length + vips.length === 0) {
    throw new Error(["there is nothing that can be declared", ...omitted].join("\n"));
  }
  const owner: Record<string, Code> =
    hosts.length > 1
      ? { directors: hosts.map(({ director }) => new Raw(director)) }
      : { director: new Raw(hosts[0]?.director ?? "director") };
  const machines = hosts.map((host) => machineStatements(host, { hosts, engine, model }));
  const vipStatements = vips.map(({ address, code }) => {
    const isUsed = isTable || single.some(({ key }) => "address" in key && key.address === address);
    const before = isUsed ? `const ${vipVariable(address)} = ` : "";
    return `${before}${printed(code, 0, before.length)};`;
  });
  const after = vips.map(({ address }) => new Raw(vipVariable(address)));
  const statements = [
    ...serviceStatements(single, owner),
    ...(rows.length > 0
      ? [
          tableStatement(rows, {
            owner,
            after: isTable ? after : [],
            file: isTable ? options.tableFile : undefined,
          }),
        ]
      : []),
  ];
  const used = names.filter((name) =>
    statements.concat(vipStatements).some((s) => s.includes(`new ${name}(`)),
  );
  const settings = ["privateKey", ...machines.flatMap((one) => one.settings)];
  const text = [
    head(options.sources, { omitted, notes, settings }),
    importLines(
      [...used, "Host", "Director"],
      statements.some((s) => s.includes(": Check = ")),
    ),
    "const config = new pulumi.Config();",
    ...machines.map((one) => one.text),
    ...(vipStatements.length > 0 ? [vipStatements.join("\n")] : []),
    ...statements,
  ].join("\n\n");
  return {
    text: `${text}\n`,
    ...(isTable &&
      options.tableFile !== undefined && {
        table: tableFile(services, [`The services of ${options.sources.join(", ")}`]),
      }),
    omitted,
    notes,
  };
}

/**
 * Splits services into rows of a table and components. All are rows where there are many, and those that no Vip can be
 * for: their address is the machine's own, or on none of its interfaces.
 */
function split(
  services: ImportedService[],
  { addresses, findings }: Model,
  {
    hosts,
    isTable,
    knowsAddresses,
  }: { hosts: HostPlan[]; isTable: boolean; knowsAddresses?: boolean },
): { rows: ImportedService[]; single: ImportedService[] } {
  const own = hosts.flatMap(ownOf);
  const placed = new Set([...own, ...addresses.map(({ address }) => address)]);
  const rows: ImportedService[] = [];
  const single: ImportedService[] = [];
  for (const service of services) {
    const { key, origin } = service;
    const isOwn = "address" in key && own.includes(key.address);
    const isNowhere = knowsAddresses === true && "address" in key && !placed.has(key.address);
    if (isNowhere) {
      findings.note(origin, `${titleOf(key)}: no interface has its address`);
    }
    (isTable || isOwn || isNowhere ? rows : single).push(service);
  }
  return { rows, single };
}

const names = ["IpvsService", "IpvsTable", "RealServer", "Vip"];

/** "keepalived" where something is checked, or where several machines share an address. */
function engineOf({ services }: Model, hosts: HostPlan[]): Engine {
  const isChecked = services.some(
    ({ members, quorum, sorryServer }) =>
      quorum !== undefined ||
      sorryServer !== undefined ||
      members.some(({ check, inhibitOnFailure }) => check !== undefined || inhibitOnFailure),
  );
  return isChecked || hosts.length > 1 ? "keepalived" : "ipvsadm";
}

/**
 * Directors that share addresses synchronise connections. Addresses on several interfaces would ask for daemons on each
 * of them, so the directors name one.
 */
function synchronise(model: Model, [first, ...others]: HostPlan[]): void {
  const { routers, syncDaemons, findings } = model;
  const shared = routers.flatMap(({ addresses }) => addresses.map((one) => one.interface));
  const [router] = routers;
  const device = first?.interface;
  if (
    others.length > 0 &&
    syncDaemons.length === 0 &&
    device &&
    new Set(shared).size > 1 &&
    router
  ) {
    for (const role of ["master", "backup"] as const) {
      syncDaemons.push({ role, interface: device, id: router.id });
    }
    findings.note(router.origin, `the directors synchronise their connections over ${device}`);
  }
}

/** A machine and its director. */
function machineStatements(
  host: HostPlan,
  { hosts, engine, model }: { hosts: HostPlan[]; engine: Engine; model: Model },
): { text: string; settings: string[] } {
  const { code, settings } = hostCode(host, hosts.length === 1);
  const { timeouts, syncDaemons, sysctls } = model;
  const director = new Call("new Director", host.director, {
    host: host.variable === "host" ? new Raw("host") : new Raw(host.variable),
    ...(engine === "keepalived" && { engine }),
    ...(Object.keys(timeouts).length > 0 && { timeouts: timeouts as Record<string, Code> }),
    ...(syncDaemons.length > 0 && { syncDaemons: syncDaemons as unknown as Code[] }),
    ...(Object.keys(sysctls).length > 0 && { sysctls: sysctls as Record<string, Code> }),
    // Its daemons may run already.
    ...(syncDaemons.length > 0 && { adopt: true }),
  });
  const lines = [declared(host.variable, code), declared(host.director, director)];
  return { text: lines.join("\n"), settings };
}

function declared(variable: string, code: Code): string {
  const before = `const ${variable} = `;
  return `${before}${printed(code, 0, before.length)};`;
}

function tableStatement(
  services: ImportedService[],
  { owner, after, file }: { owner: Record<string, Code>; after: Code[]; file?: string },
): string {
  const rows = file === undefined ? { services: new Raw(tableCode(services, 2)) } : { file };
  const args: Record<string, Code> = {
    ...owner,
    ...rows,
    ...(after.length > 0 && { after }),
    adopt: true,
  };
  return `${printed(new Call("new IpvsTable", "services", args), 0, file === undefined ? 200 : 0)};`;
}

function importLines(used: string[], hasChecks: boolean): string {
  const all = [...new Set([...used, ...(hasChecks ? ["type Check"] : [])])].sort((a, b) =>
    a.replace("type ", "").localeCompare(b.replace("type ", "")),
  );
  return `import * as pulumi from "@pulumi/pulumi";\nimport { ${all.join(", ")} } from "./components";`;
}

function head(
  sources: string[],
  { omitted, notes, settings }: { omitted: string[]; notes: string[]; settings: string[] },
): string {
  const list = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `- ${line}`)];
  const lines = [
    `Made by \`npm run import\` from ${sources.join(", ")}.`,
    ...list(
      "Settings to make first:",
      settings.map((key) =>
        key === "privateKey"
          ? "pulumi config set --secret privateKey <FILE"
          : `pulumi config set ${key} ${examples.find(([end]) => key.toLowerCase().endsWith(end))?.[1] ?? "…"}`,
      ),
    ),
    ...list("Left out:", omitted),
    ...list("To know before it runs:", notes),
  ];
  return lines.map((line) => `// ${line.replace(/[\r\n\u2028\u2029]/g, " ")}`.trimEnd()).join("\n");
}

/** An example of each setting, by the end of its name. */
const examples: [string, string][] = [
  ["sshhost", "lb.example.org"],
  ["hostkey", '"ssh-ed25519 …" (of its /etc/ssh/ssh_host_ed25519_key.pub)'],
  ["interface", "eth0"],
  ["address", "192.0.2.10/24 (its own address there)"],
];
