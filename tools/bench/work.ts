/** A real server of a virtual service, reached by masquerade. */
export interface Member {
  address: string;
  port: number;
  weight: number;
}

/** A virtual service over TCP, with scheduler rr. */
export interface Service {
  address: string;
  port: number;
  members: Member[];
}

export type Table = Service[];

/** The address of all services. The machine need not have it to hold them. */
export const virtualAddress = "10.10.10.100";

/** A table of so many services, each with so many members of its own. */
export function tableOf(services: number, members: number): Table {
  return Array.from({ length: services }, (_, s) => ({
    address: virtualAddress,
    port: 1000 + s,
    members: Array.from({ length: members }, (_, m) => ({
      address: nth("10.40", s * members + m),
      port: 80,
      weight: 1,
    })),
  }));
}

/** The table with another weight of one member, in the middle. */
export function oneWeightChanged(table: Table): { table: Table; service: Service; member: Member } {
  const at = Math.floor(table.length / 2);
  const old = table[at];
  const middle = Math.floor((old?.members.length ?? 0) / 2);
  const oldMember = old?.members[middle];
  if (!old || !oldMember) {
    throw new Error("there is no member whose weight could be changed");
  }
  const member = { ...oldMember, weight: 2 };
  const service = { ...old, members: old.members.with(middle, member) };
  return { table: table.with(at, service), service, member };
}

export const keyOf = ({ address, port }: Service) => `-t ${address}:${port}`;

/** The table in ipvsadm's words, a line for each object: as arguments, or for standard input with -R. */
export function additions(table: Table): string[] {
  return table.flatMap((service) => [
    `-A ${keyOf(service)} -s rr`,
    ...service.members.map(
      (m) => `-a ${keyOf(service)} -r ${m.address}:${m.port} -m -w ${m.weight}`,
    ),
  ]);
}

export function edition(service: Service, { address, port, weight }: Member): string {
  return `-e ${keyOf(service)} -r ${address}:${port} -m -w ${weight}`;
}

/** A keepalived.conf of so many services, each with three members and their checks: 28 lines a service. */
export function keepalivedConf(services: number): string {
  const member = (n: number) => [
    `  real_server 198.51.100.${n} 443 {`,
    `    weight ${n}`,
    "    SSL_GET {",
    "      url {",
    "        path /",
    "      }",
    "    }",
    "  }",
  ];
  const service = (n: number) => [
    `virtual_server 203.0.113.${n} 443 {`,
    "  lb_algo wrr",
    "  delay_loop 6",
    ...[1, 2, 3].flatMap(member),
    "}",
  ];
  const all = Array.from({ length: services }, (_, s) => service(s + 1));
  return `${all.flat().join("\n")}\n`;
}

export const removals = (table: Table) => table.map((service) => `-D ${keyOf(service)}`);

function nth(network: string, n: number): string {
  return `${network}.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}
