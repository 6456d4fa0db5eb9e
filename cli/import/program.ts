import type { HostState } from "../../components/drift/hostState.js";
import type { Link } from "../../components/drift/network.js";
import { optionForwardings } from "../../components/ipvs/forwarding.js";
import { hostState } from "./components.js";
import { directorSettings } from "./directorSettings.js";
import { expressionProblem } from "./expressible.js";
import { memberOf, servicesIn, type Service } from "./ipvsadmLines.js";

/** The machine's name and SSH settings, as the program states them. */
export interface MachineLogin {
  name: string;
  host: string;
  port: number;
  user: string;
  /** Undefined when ssh knows no ed25519 key of the machine. */
  hostKey?: string;
  interface?: string;
}

/** The result of an import. */
export interface ImportedProgram {
  /** The TypeScript program. */
  text: string;
  /** A line for each thing on the machine that the program does not declare. */
  omitted: string[];
  /** A line for each thing to know before the program runs. */
  notes: string[];
}

/**
 * A program that declares what a director has.
 * @param seen The output of `observe all` (host/program/observe.sh), parsed.
 * @throws Error when there is nothing that can be declared.
 */
export function programFor(seen: HostState, reach: MachineLogin): ImportedProgram {
  const { links } = seen;
  const omitted: string[] = [];
  const services = servicesIn(seen.services ?? []).filter((service) => {
    const why = omissionReason(service, seen);
    if (why !== undefined) {
      omitted.push(`${service.key}: ${why}`);
    }
    return why === undefined;
  });
  if (services.length === 0) {
    const why = seen.services ? "" : ": IPVS is not loaded there, or ipvsadm is not installed";
    throw new Error(
      [`${reach.name} has no virtual service that can be declared${why}`, ...omitted].join("\n"),
    );
  }
  const vips = [...new Set(services.flatMap((service) => service.vip ?? []))];
  const [device, own] = balancedInterface(links, vips, reach);
  const settings = directorSettings(seen, familiesWithMasquerade(services));
  const blocks = [
    ...vips.map((vip) => vipBlock(vip, links, device, own)),
    ...services.map(serviceBlock),
  ];
  return {
    text: [head(reach, device, own, settings.properties), ...blocks].join("\n\n"),
    omitted: [...omitted, ...settings.omitted],
    notes: [...notesOn(services, vips, seen), ...settings.notes],
  };
}

/** The reason why a service is not in the program; undefined when it is. */
function omissionReason(service: Service, seen: HostState): string | undefined {
  const { key, vip } = service;
  const owner =
    ["service", "keepalivedservice"]
      .map((kind) => seen.records.get(`${kind}/${key}`)?.owner)
      .find((known) => known !== undefined) ?? hostState.tableOwners(seen).get(key);
  if (owner !== undefined) {
    return `${owner} has it already`;
  }
  return vip === undefined || linkWith(seen.links, vip)
    ? expressionProblem(service)
    : `no interface has its address ${vip}`;
}

/** Notes about owners and firewall marks, which the services themselves do not show. */
function notesOn(services: Service[], vips: string[], seen: HostState): string[] {
  const owned = [...seen.records].flatMap(([path, { owner }]) => {
    const [, address] = /^(?:keepalived)?address\/([^@]*):\d+(?:@.*)?$/.exec(path) ?? [];
    return address !== undefined && vips.includes(address)
      ? [
          `address ${address} is of ${owner} already: as long as that has it, its Vip is refused here`,
        ]
      : [];
  });
  const marks = services.flatMap(({ protocol, port }) => (protocol === undefined ? [port] : []));
  return [
    ...owned,
    ...(marks.length > 0
      ? [
          `firewall mark ${[...new Set(marks)].join(", ")}: what sets it stays as it is, and is not in the program ` +
            "(nft list ruleset, iptables-save -t mangle)",
        ]
      : []),
  ];
}

/** True for each address family that has a member reached by masquerade. */
function familiesWithMasquerade(services: Service[]): { ipv4: boolean; ipv6: boolean } {
  const addresses = services
    .flatMap(({ members }) => members.map(memberOf))
    .flatMap(({ address, options }) => (options.has("-m") ? [address] : []));
  return {
    ipv4: addresses.some((address) => !address.includes(":")),
    ipv6: addresses.some((address) => address.includes(":")),
  };
}

function linkWith(links: Link[], address: string): Link | undefined {
  return links.find((link) => link.addresses.some((a) => a.startsWith(`${address}/`)));
}

/** The interface of the balanced network, and the host's own address there. */
function balancedInterface(
  links: Link[],
  vips: string[],
  reach: MachineLogin,
): [device: string, own: string] {
  const ipv4 = vips.find((vip) => !vip.includes(":")) ?? vips[0] ?? "";
  const device = reach.interface ?? linkWith(links, ipv4)?.name ?? "";
  const owns = links
    .find((link) => link.name === device)
    ?.addresses.filter((a) => !a.startsWith("fe80:") && !vips.includes(a.split("/")[0] ?? ""));
  const own = owns?.find((a) => !a.includes(":")) ?? owns?.[0];
  if (own === undefined) {
    throw new Error(
      `interface ${device} of ${reach.name} has no address of its own beside ${vips.join(", ")}; ` +
        "name the interface of the balanced network with --interface",
    );
  }
  return [device, own];
}

function head(reach: MachineLogin, device: string, own: string, settings: string[]): string {
  const director =
    settings.length === 0
      ? "{ host }"
      : `{\n  host,\n${settings.map((line) => `  ${line},\n`).join("")}}`;
  return `import * as pulumi from "@pulumi/pulumi";
import { Director, Host, IpvsService, RealServer, Vip } from "./components";

const config = new pulumi.Config();

const host = new Host(${literal(resourceName(reach.name))}, {
  ssh: {
    host: ${literal(reach.host)},
    port: ${reach.port},
    user: ${literal(reach.user)},
    privateKey: config.requireSecret("privateKey"), // pulumi config set --secret privateKey <FILE
    hostKey: ${literal(reach.hostKey ?? "ssh-ed25519 …")},${reach.hostKey ? "" : " // of its /etc/ssh/ssh_host_ed25519_key.pub"}
  },
  interface: ${literal(device)},
  ${own.includes(":") ? "address6" : "address"}: ${literal(own)},
});
const director = new Director("director", ${director});`;
}

function vipBlock(vip: string, links: Link[], device: string, own: string): string {
  const link = linkWith(links, vip);
  const longest = vip.includes(":") ? "128" : "32";
  const prefix = link?.addresses.find((a) => a.startsWith(`${vip}/`))?.split("/")[1] ?? longest;
  // A host that has only IPv6 gives no default prefix, so the prefix is always printed.
  const usual = own.includes(":") ? undefined : vip.includes(":") ? longest : own.split("/")[1];
  const place = [
    prefix === usual ? [] : `prefix: ${prefix}, `,
    link?.name === device ? [] : `interface: ${literal(link?.name ?? device)}, `,
  ].flat();
  return `const ${nameOf(vip)} = new Vip(${literal(resourceName(`vip-${vip}`))}, { host, address: ${literal(vip)}, ${place.join("")}adopt: true });`;
}

function serviceBlock({ key, protocol, vip, port, options, members }: Service): string {
  const name = resourceName(
    protocol ? `${protocol}-${vip}-${port}` : `mark-${port}${key.endsWith(" -6") ? "-ipv6" : ""}`,
  );
  const place = vip
    ? [`vip: ${nameOf(vip)}`, `port: ${port}`, `protocol: ${literal(protocol ?? "tcp")}`]
    : [`firewallMark: ${port}`, ...(key.endsWith(" -6") ? [`family: "ipv6"`] : [])];
  const fields = [...place, ...serviceFields(options)].map((field) => `  ${field},`);
  return `new IpvsService(${literal(name)}, {
  director,
${fields.join("\n")}
  realServers: [
${members.map((member) => `    ${memberText(member, name, vip ? port : "0")},`).join("\n")}
  ],
  adopt: true,
});`;
}

function serviceFields(options: Map<string, string>): string[] {
  const flags = options.get("-b")?.split(",").map(literal).join(", ");
  const mask = options.get("-M");
  const persistence = [
    `timeout: ${options.get("-p")}`,
    ...(mask ? [`netmask: ${mask.includes(".") ? literal(mask) : mask}`] : []),
    ...(options.has("--pe") ? [`engine: ${literal(options.get("--pe") ?? "")}`] : []),
  ];
  return [
    `scheduler: ${literal(options.get("-s") ?? "wlc")}`,
    ...(flags ? [`schedulerFlags: [${flags}]`] : []),
    ...(options.has("-p") ? [`persistence: { ${persistence.join(", ")} }`] : []),
    ...(options.has("-o") ? ["onePacket: true"] : []),
  ];
}

function memberText(line: string, service: string, servicePort: string): string {
  const { address, port, options } = memberOf(line);
  const forwarding = [...options.keys()]
    .map((option) => optionForwardings.get(option))
    .find((method) => method !== undefined && method !== "masquerade");
  const fields = [
    `address: ${literal(address)}`,
    ...(port === "0" || (forwarding && port === servicePort) ? [] : [`port: ${port}`]),
    `weight: ${options.get("-w") ?? 1}`,
    ...(forwarding ? [`forwarding: ${literal(forwarding)}`] : []),
    ...tunnelField(options),
    ...(options.has("-x") ? [`upperThreshold: ${options.get("-x")}`] : []),
    ...(options.has("-y") ? [`lowerThreshold: ${options.get("-y")}`] : []),
  ];
  return `new RealServer(${literal(resourceName(`${service}-${address}-${port}`))}, { ${fields.join(", ")} })`;
}

function tunnelField(options: Map<string, string>): string[] {
  const type = options.get("--tun-type");
  if (type === undefined || type === "ipip") {
    return [];
  }
  const port = options.get("--tun-port");
  const checksum = ["csum", "remcsum"].find((sum) => options.has(`--tun-${sum}`));
  const fields = [
    `type: ${literal(type)}`,
    ...(port ? [`port: ${port}`] : []),
    ...(checksum ? [`checksum: ${literal(checksum)}`] : []),
  ];
  return [`tunnel: { ${fields.join(", ")} }`];
}

function nameOf(vip: string): string {
  return `vip_${vip.replace(/[.:]/g, "_")}`;
}

/** An address as part of a resource's name, without colons: "::" would separate the parts of its URN. */
function resourceName(name: string): string {
  return name.replaceAll(":", "-");
}

/** A string literal of TypeScript. */
function literal(value: string): string {
  return JSON.stringify(value);
}
