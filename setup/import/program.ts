import {
  linksOf,
  servicesOf,
  type IpLink,
  type Link,
} from "../../components/observed/observation.js";

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

interface Service {
  protocol: string;
  vip: string;
  port: string;
  options: Map<string, string>;
  members: string[];
}

const protocols: Partial<Record<string, string>> = {
  "-t": "tcp",
  "-u": "udp",
  "--sctp-service": "sctp",
};

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
    const why = cannotExpress(service, links);
    if (why !== undefined) {
      left.push(`${service.protocol} ${service.vip}:${service.port}: ${why}`);
    }
    return why === undefined;
  });
  if (services.length === 0) {
    throw new Error(
      [`${reach.name} has no virtual service that can be declared`, ...left].join("\n"),
    );
  }
  const vips = [...new Set(services.map((service) => service.vip))];
  const [device, own] = ground(links, vips, reach);
  const blocks = [
    ...vips.map((vip) => vipBlock(vip, links, device, own)),
    ...services.map(serviceBlock),
  ];
  return { text: [head(reach, device, own), ...blocks].join("\n\n"), left };
}

function servicesIn(lines: string[]): Service[] {
  const services: Service[] = [];
  for (const line of lines) {
    const [verb, option = "", address = ""] = line.split(" ");
    if (verb === "-A") {
      const [, vip = address, port = ""] = /^(.*):(\d+)$/.exec(address) ?? [];
      const options = optionsOf(line.split(" ").slice(3));
      services.push({ protocol: protocols[option] ?? option, vip, port, options, members: [] });
    } else if (verb === "-a") {
      services.at(-1)?.members.push(line);
    }
  }
  return services;
}

function optionsOf(words: string[]): Map<string, string> {
  const options = new Map<string, string>();
  words.forEach((word, i) => {
    const next = words[i + 1];
    if (word.startsWith("-")) {
      options.set(word, next === undefined || next.startsWith("-") ? "" : next);
    }
  });
  return options;
}

function cannotExpress({ protocol, vip, options, members }: Service, links: Link[]) {
  if (!Object.values(protocols).includes(protocol) || vip.includes("[")) {
    return "firewall marks and IPv6 are not supported yet";
  }
  const extra = [...options.keys()].filter((option) => option !== "-s");
  if (extra.length > 0) {
    return `its options ${extra.join(" ")} are not supported yet`;
  }
  if (members.some((member) => !member.includes(" -m "))) {
    return "members with direct routing or tunnels are not supported yet";
  }
  const link = linkWith(links, vip);
  if (!link) {
    return `no interface has its address ${vip}`;
  }
  return undefined;
}

function linkWith(links: Link[], address: string): Link | undefined {
  return links.find((link) => link.addresses.some((a) => a.startsWith(`${address}/`)));
}

/** The interface that is balanced, and the host's own address there. */
function ground(links: Link[], vips: string[], reach: Reach): [device: string, own: string] {
  const device = reach.interface ?? linkWith(links, vips[0] ?? "")?.name ?? "";
  const own = links
    .find((link) => link.name === device)
    ?.addresses.find((a) => !a.includes(":") && !vips.includes(a.split("/")[0] ?? ""));
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
  address: ${text(own)},
});
const director = new Director("director", { host });`;
}

function vipBlock(vip: string, links: Link[], device: string, own: string): string {
  const link = linkWith(links, vip);
  const prefix = link?.addresses.find((a) => a.startsWith(`${vip}/`))?.split("/")[1] ?? "32";
  const place = [
    prefix === own.split("/")[1] ? [] : `prefix: ${prefix}, `,
    link?.name === device ? [] : `interface: ${text(link?.name ?? device)}, `,
  ].flat();
  return `const ${nameOf(vip)} = new Vip(${text(`vip-${vip}`)}, { host, address: ${text(vip)}, ${place.join("")}adopt: true });`;
}

function serviceBlock({ protocol, vip, port, options, members }: Service): string {
  return `new IpvsService(${text(`${protocol}-${vip}-${port}`)}, {
  director,
  vip: ${nameOf(vip)},
  port: ${port},
  protocol: ${text(protocol)},
  scheduler: ${text(options.get("-s") ?? "wlc")},
  realServers: [
${members.map((member) => `    ${memberText(member, `${protocol}-${port}`)},`).join("\n")}
  ],
  adopt: true,
});`;
}

function memberText(line: string, service: string): string {
  const [, , , , server = "", ...words] = line.split(" ");
  const [address = "", port = ""] = server.split(":");
  const options = optionsOf(words);
  const fields = [
    `address: ${text(address)}`,
    `port: ${port}`,
    `weight: ${options.get("-w") ?? 1}`,
    ...(options.has("-x") ? [`upperThreshold: ${options.get("-x")}`] : []),
    ...(options.has("-y") ? [`lowerThreshold: ${options.get("-y")}`] : []),
  ];
  return `new RealServer(${text(`${service}-${server}`)}, { ${fields.join(", ")} })`;
}

function nameOf(vip: string): string {
  return `vip_${vip.replaceAll(".", "_")}`;
}

/** A TypeScript text. */
function text(value: string): string {
  return JSON.stringify(value);
}
