import { cannotExpress } from "./expressible.js";
import { memberOf, servicesIn, type Service } from "./tables.js";
import { linksOf, type IpLink, type Link } from "../../components/observed/network.js";
import { servicesOf } from "../../components/observed/ipvsTable.js";

/** What the program says of the machine. */
export interface Reach {
  name: string;
  host: string;
  port: number;
  user: string;
  /** Unknown where ssh has none of type ed25519 for it. */
  hostKey?: string;
  interface?: string;
}

/**
 * The program that declares a director's tables.
 * @param answer What `question` in commands/import.ts printed.
 * @returns The program's text, and a line for each service that the components cannot express.
 * @throws Error where there is nothing that can be declared.
 */
export function programFor(answer: string, reach: Reach): { text: string; left: string[] } {
  const [json = "[]", ...rest] = answer.split("\n");
  const links = linksOf(JSON.parse(json) as Partial<IpLink>[]);
  const end = rest.indexOf("@@");
  const lines = servicesOf(
    rest.slice(0, end).filter((line) => line !== ""),
    rest.slice(end + 1),
  );
  const left: string[] = [];
  const services = servicesIn(lines ?? []).filter((service) => {
    const why =
      service.vip === undefined || linkWith(links, service.vip)
        ? cannotExpress(service)
        : `no interface has its address ${service.vip}`;
    if (why !== undefined) {
      left.push(`${service.key}: ${why}`);
    }
    return why === undefined;
  });
  if (services.length === 0) {
    throw new Error(
      [`${reach.name} has no virtual service that can be declared`, ...left].join("\n"),
    );
  }
  const vips = [...new Set(services.flatMap((service) => service.vip ?? []))];
  const [device, own] = ground(links, vips, reach);
  const blocks = [
    ...vips.map((vip) => vipBlock(vip, links, device, own)),
    ...services.map(serviceBlock),
  ];
  return { text: [head(reach, device, own), ...blocks].join("\n\n"), left };
}

function linkWith(links: Link[], address: string): Link | undefined {
  return links.find((link) => link.addresses.some((a) => a.startsWith(`${address}/`)));
}

/** The interface that is balanced, and the host's own address there. */
function ground(links: Link[], vips: string[], reach: Reach): [device: string, own: string] {
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

function head(reach: Reach, device: string, own: string): string {
  return `import * as pulumi from "@pulumi/pulumi";
import { Director, Host, IpvsService, RealServer, Vip } from "./components";

const config = new pulumi.Config();

const host = new Host(${text(reach.name)}, {
  ssh: {
    host: ${text(reach.host)},
    port: ${reach.port},
    user: ${text(reach.user)},
    privateKey: config.requireSecret("privateKey"), // pulumi config set --secret privateKey <FILE
    hostKey: ${text(reach.hostKey ?? "ssh-ed25519 …")},${reach.hostKey ? "" : " // of its /etc/ssh/ssh_host_ed25519_key.pub"}
  },
  interface: ${text(device)},
  ${own.includes(":") ? "address6" : "address"}: ${text(own)},
});
const director = new Director("director", { host });`;
}

function vipBlock(vip: string, links: Link[], device: string, own: string): string {
  const link = linkWith(links, vip);
  const longest = vip.includes(":") ? "128" : "32";
  const prefix = link?.addresses.find((a) => a.startsWith(`${vip}/`))?.split("/")[1] ?? longest;
  // Of a host of IPv6 alone the prefix is always said.
  const usual = own.includes(":") ? undefined : vip.includes(":") ? longest : own.split("/")[1];
  const place = [
    prefix === usual ? [] : `prefix: ${prefix}, `,
    link?.name === device ? [] : `interface: ${text(link?.name ?? device)}, `,
  ].flat();
  return `const ${nameOf(vip)} = new Vip(${text(inName(`vip-${vip}`))}, { host, address: ${text(vip)}, ${place.join("")}adopt: true });`;
}

function serviceBlock({ key, protocol, vip, port, options, members }: Service): string {
  const name = inName(
    protocol ? `${protocol}-${vip}-${port}` : `mark-${port}${key.endsWith(" -6") ? "-ipv6" : ""}`,
  );
  const place = vip
    ? [`vip: ${nameOf(vip)}`, `port: ${port}`, `protocol: ${text(protocol ?? "tcp")}`]
    : [`firewallMark: ${port}`, ...(key.endsWith(" -6") ? [`family: "ipv6"`] : [])];
  const fields = [...place, ...serviceFields(options)].map((field) => `  ${field},`);
  return `new IpvsService(${text(name)}, {
  director,
${fields.join("\n")}
  realServers: [
${members.map((member) => `    ${memberText(member, name, vip ? port : "0")},`).join("\n")}
  ],
  adopt: true,
});`;
}

function serviceFields(options: Map<string, string>): string[] {
  const flags = options.get("-b")?.split(",").map(text).join(", ");
  const mask = options.get("-M");
  const persistence = [
    `timeout: ${options.get("-p")}`,
    ...(mask ? [`netmask: ${mask.includes(".") ? text(mask) : mask}`] : []),
    ...(options.has("--pe") ? [`engine: ${text(options.get("--pe") ?? "")}`] : []),
  ];
  return [
    `scheduler: ${text(options.get("-s") ?? "wlc")}`,
    ...(flags ? [`schedulerFlags: [${flags}]`] : []),
    ...(options.has("-p") ? [`persistence: { ${persistence.join(", ")} }`] : []),
    ...(options.has("-o") ? ["onePacket: true"] : []),
  ];
}

const forwardings: Partial<Record<string, string>> = { "-g": "gate", "-i": "ipip" };

function memberText(line: string, service: string, servicePort: string): string {
  const { address, port, options } = memberOf(line);
  const forwarding = [...options.keys()].map((option) => forwardings[option]).find(Boolean);
  const fields = [
    `address: ${text(address)}`,
    ...(port === "0" || (forwarding && port === servicePort) ? [] : [`port: ${port}`]),
    `weight: ${options.get("-w") ?? 1}`,
    ...(forwarding ? [`forwarding: ${text(forwarding)}`] : []),
    ...tunnelField(options),
    ...(options.has("-x") ? [`upperThreshold: ${options.get("-x")}`] : []),
    ...(options.has("-y") ? [`lowerThreshold: ${options.get("-y")}`] : []),
  ];
  return `new RealServer(${text(inName(`${service}-${address}-${port}`))}, { ${fields.join(", ")} })`;
}

function tunnelField(options: Map<string, string>): string[] {
  const type = options.get("--tun-type");
  if (type === undefined || type === "ipip") {
    return [];
  }
  const port = options.get("--tun-port");
  const checksum = ["csum", "remcsum"].find((sum) => options.has(`--tun-${sum}`));
  const fields = [
    `type: ${text(type)}`,
    ...(port ? [`port: ${port}`] : []),
    ...(checksum ? [`checksum: ${text(checksum)}`] : []),
  ];
  return [`tunnel: { ${fields.join(", ")} }`];
}

function nameOf(vip: string): string {
  return `vip_${vip.replace(/[.:]/g, "_")}`;
}

/** Of an address in a resource's name: "::" would separate the parts of its URN. */
function inName(name: string): string {
  return name.replaceAll(":", "-");
}

/** A TypeScript text. */
function text(value: string): string {
  return JSON.stringify(value);
}
