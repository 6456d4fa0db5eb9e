import { type Place, places } from "../providers/qemu/network/places";
import { keyedBackends, type Settings } from "./schema";

/** Problems of settings that no component sees, or sees under another key. */
export function contradictions(values: Settings): string[] {
  const placed = places(values.machines);
  if (typeof placed === "string") {
    return [`machines: ${placed}`];
  }
  const unknown = unknownMachines(values);
  return unknown.length > 0
    ? unknown
    : [
        ...duplicates(values, placed),
        ...directorProblems(values),
        ...routerProblems(values),
        ...backendProblems(values),
        ...ipv6Problems(values),
        ...unknownRedirectBackend(values),
        ...clientProblems(values),
      ];
}

/**
 * The machines that can be clients. With methods other than masquerade the machine of a backend without a namespace has
 * the virtual address, and would ask itself.
 */
export function possibleClients(values: Settings): string[] {
  const { clients, forwarding } = values;
  return forwarding === "masquerade"
    ? clients
    : clients.filter((name) => !backendMachines(values).includes(name));
}

export function reasonNotClient({ forwarding, vip }: Settings): string {
  return `with forwarding ${forwarding} it has ${vip} itself, and its requests would not leave it`;
}

function unknownMachines(values: Settings): string[] {
  const { machines, director, moreDirectors, router, clients } = values;
  const known = Object.keys(machines);
  const named: (readonly [string, string])[] = [
    ["director", director],
    ...moreDirectors.map((name, i) => [`moreDirectors[${i}]`, name] as const),
    ...(router ? [["router.machine", router.machine] as const] : []),
    ...keyedBackends(values).map(([key, { machine }]) => [`${key}.machine`, machine] as const),
    ...clients.map((name, i) => [`clients[${i}]`, name] as const),
  ];
  return named
    .filter(([, name]) => !known.includes(name))
    .map(
      ([key, n]) => `${key}: no machine "${n}" in ipvs-lab:machines; there are ${known.join(", ")}`,
    );
}

function duplicates(values: Settings, placed: Map<string, Place>): string[] {
  const all: (readonly [key: string, what: string, kind: string, value: string | number])[] = [
    ...Object.entries(values.machines).flatMap(([name, { address, address6 }]) => [
      [`machines.${name}`, "address", "address", address] as const,
      ...(address6 ? [[`machines.${name}`, "address6", "address", address6] as const] : []),
    ]),
    ...[...placed].flatMap(([name, { sshPort, tunnelPort, framesTo, hasSwitch }]) => [
      [`machines.${name}`, "sshPort", "TCP", sshPort] as const,
      [`machines.${name}`, "tunnelPort", "UDP", tunnelPort] as const,
      ...(hasSwitch ? [[`machines.${name}`, "switchPort", "UDP", framesTo] as const] : []),
    ]),
    ...keyedBackends(values).map(([key, { name }]) => [key, "name", "name", name] as const),
  ];
  return all.flatMap(([key, what, kind, value], i) => {
    const first = all.slice(0, i).find(([, , k, v]) => k === kind && v === value);
    return first ? `${key}.${what}: ${value} is ${first[0]}'s already; choose another` : [];
  });
}

function directorProblems({ director, moreDirectors, engine, router }: Settings): string[] {
  const all = [director, ...moreDirectors];
  const again = moreDirectors.flatMap((name, i) =>
    all.indexOf(name) <= i ? [`moreDirectors[${i}]: ${name} is a director already`] : [],
  );
  return moreDirectors.length > 0 && engine !== "keepalived" && router === undefined
    ? [
        ...again,
        `engine: ${engine} cannot move the vip among directors; choose keepalived, or give a router that spreads connections over them`,
      ]
    : again;
}

/** A router asks the directors itself, and nobody else has a route to the virtual address. */
function routerProblems(values: Settings): string[] {
  const { router, director, moreDirectors, forwarding, vip6, clients } = values;
  if (router === undefined) {
    return [];
  }
  const { machine, asn, directorsAsn } = router;
  const isBackend = backendMachines(values).includes(machine);
  return [
    ...(moreDirectors.length === 0
      ? ["router: there is one director alone to route to; name others in moreDirectors"]
      : []),
    ...([director, ...moreDirectors].includes(machine)
      ? [`router.machine: "${machine}" is a director; a router needs another machine`]
      : []),
    ...(isBackend
      ? [
          `router.machine: "${machine}" is a backend, which has the vip itself; a router needs another machine`,
        ]
      : []),
    ...(asn === directorsAsn
      ? [`router.directorsAsn: ${asn} is the router's own asn; the directors need another one`]
      : []),
    ...(forwarding === "masquerade"
      ? [
          "forwarding: masquerade needs the director that took the request for the answer, and a router chooses one for each connection; choose gate or ipip",
        ]
      : []),
    ...(vip6 === undefined ? [] : ["vip6: a router takes routes of IPv4 alone; leave out vip6"]),
    ...clients.flatMap((name, i) =>
      name === machine
        ? []
        : [
            `clients[${i}]: ${name} has no route to the vip; only the router, ${machine}, can ask it`,
          ],
    ),
  ];
}

function backendProblems(values: Settings): string[] {
  const directors = [values.director, ...values.moreDirectors];
  return keyedBackends(values).flatMap(([key, backend], i) => {
    const { machine, namespace, address, address6, veth } = backend;
    if (namespace !== undefined) {
      return address === undefined
        ? [
            `${key}.address: missing; a backend in a namespace needs an address of the lab's network`,
          ]
        : [];
    }
    const which = i === 0 ? "the first backend" : "a backend without a namespace";
    const only = Object.entries({ address, address6, veth }).flatMap(([what, value]) =>
      value === undefined
        ? []
        : [`${key}.${what}: only with a namespace; without one it is the machine's`],
    );
    return directors.includes(machine)
      ? [...only, `${key}.machine: "${machine}" is the director; ${which} needs another machine`]
      : only;
  });
}

/** With a virtual address of IPv6, the machines and the backends in namespaces have such addresses as well. */
function ipv6Problems(values: Settings): string[] {
  if (values.vip6 === undefined) {
    return [];
  }
  const machines = Object.entries(values.machines).map(
    ([name, { address6 }]) => [`machines.${name}`, address6] as const,
  );
  const backends = keyedBackends(values)
    .filter(([, { namespace }]) => namespace !== undefined)
    .map(([key, { address6 }]) => [key, address6] as const);
  return [...machines, ...backends].flatMap(([key, address6]) =>
    address6 === undefined ? [`${key}.address6: missing; ipvs-lab:vip6 needs one`] : [],
  );
}

function unknownRedirectBackend(values: Settings): string[] {
  const { redirect } = values;
  const names = keyedBackends(values).map(([, { name }]) => name);
  return redirect === undefined || names.includes(redirect.backend)
    ? []
    : [`redirect.backend: no backend "${redirect.backend}"; there are ${names.join(", ")}`];
}

/** A lab of two machines leaves out the client that cannot be one; in a larger one another machine can take its place. */
function clientProblems(values: Settings): string[] {
  const { clients, machines } = values;
  const possible = possibleClients(values);
  const others = Object.keys(machines).filter(
    (name) => !clients.includes(name) && !backendMachines(values).includes(name),
  );
  const instead = others.map((name) => `"${name}"`).join(" or ");
  if (clients.length > 0 && possible.length === 0) {
    const which =
      clients.length > 1
        ? `none of ${clients.join(", ")} can be one`
        : `${clients.join()} alone cannot be one`;
    const add = instead === "" ? "" : `add ${instead}, or `;
    return [`clients: ${which}: ${reasonNotClient(values)}; ${add}choose masquerade`];
  }
  if (Object.keys(machines).length === 2) {
    return [];
  }
  return clients.flatMap((name, i) =>
    possible.includes(name)
      ? []
      : [
          `clients[${i}]: ${name} cannot be one: ${reasonNotClient(values)}; ${instead === "" ? "leave it out" : `take ${instead}`}`,
        ],
  );
}

/** The machines that are backends themselves. */
function backendMachines(values: Settings): string[] {
  return keyedBackends(values).flatMap(([, { machine, namespace }]) =>
    namespace === undefined ? [machine] : [],
  );
}
