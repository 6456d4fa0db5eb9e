import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  BackendVm,
  engines,
  forwardings,
  Host,
  NetnsBackend,
  NetnsBackendArgs,
  RealServerArgs,
  schedulers,
  WebServerArgs,
  webServerKinds,
} from "./components";
import {
  describe,
  boolean,
  interfaceName,
  ipv4,
  listOf,
  machineName,
  mapOf,
  namespaceName,
  object,
  oneOf,
  page,
  port,
  text,
  threshold,
  weight,
  integer,
} from "./components/args/validate";
import { checkSchema } from "./components/keepalived/healthCheck";
import { boxes } from "./providers/qemu/boxes";
import { drivers } from "./providers/qemu/driver";

/**
 * The lab's settings, from Pulumi.<stack>.yaml; Pulumi.yaml describes each. Each setting is checked here by itself, so
 * that an error names its key. The components check settings against each other.
 */
const backendSettings = {
  name: text,
  machine: text,
  weight: weight.default(1),
  upperThreshold: threshold.optional(),
  lowerThreshold: threshold.optional(),
  running: boolean.default(true),
  page,
};
const backend = object(backendSettings);
const netnsBackend = object({
  ...backendSettings,
  namespace: namespaceName,
  veth: interfaceName.optional(),
  address: ipv4,
});

/** Pulumi requires a value for every key that it knows, so an empty object stands for none. */
function noneIfEmpty<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (JSON.stringify(value) === "{}" ? undefined : value),
    schema.optional(),
  );
}
const redirect = noneIfEmpty(object({ vip: ipv4, backend: text }));

const settings = {
  driver: oneOf(drivers).default("auto"),
  box: oneOf(boxes).default("auto"),
  machines: mapOf(object({ address: ipv4, sshPort: port, tunnelPort: port }), machineName),
  memory: integer(256, 65536),
  interface: interfaceName,
  prefix: integer(1, 30),
  director: text,
  engine: oneOf(engines),
  check: noneIfEmpty(checkSchema),
  vip: ipv4,
  port,
  scheduler: oneOf(schedulers),
  forwarding: oneOf(forwardings),
  webServer: oneOf(webServerKinds),
  backend1: backend,
  backend2: netnsBackend,
  moreBackends: listOf(netnsBackend, "backends"),
  redirect,
  clients: listOf(text, "machines"),
  requests: integer(1, 100000),
  purgePackages: boolean,
};
type Settings = { [K in keyof typeof settings]: z.infer<(typeof settings)[K]> };

export const lab = read();

/** True when each real server has the virtual address and answers clients itself, also one on the director. */
const answersItself = lab.forwarding !== "masquerade";
export const localClients = answersItself && lab.clients.includes(lab.director);

/** The host with a machine's name. */
export function hostOf(name: string, ...hosts: Host[]): Host {
  return hosts.find((host) => host.label === name) ?? unknownMachine(name);
}

/** The backend with a name. */
export function backendOf(name: string, ...backends: (BackendVm | NetnsBackend | undefined)[]) {
  return backends.find((backend) => backend?.explanation.name === name);
}

/** True when a backend's settings hold secrets: `pulumi config set --secret --path backend1.page …`. */
const secretBackends = (JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]).some(
  (key) => /:(backend1|backend2|moreBackends)$/.test(key),
);

/** The arguments of a backend's web server. */
export function web(b: Pick<Settings["backend1"], "page" | "running">): WebServerArgs {
  return {
    page: secretBackends ? pulumi.secret(b.page) : b.page,
    port: lab.port,
    listen: answersItself ? "any" : "address",
    running: b.running,
    webServer: lab.webServer,
    purgePackages: lab.purgePackages,
  };
}

/** The arguments of a backend in a namespace, with its web server. Its answers go back through the director. */
export function netns(b: Settings["backend2"]): Omit<NetnsBackendArgs, "host"> {
  const { namespace, veth, address } = b;
  return { namespace, veth, address, gateway: lab.machines[lab.director]?.address, ...web(b) };
}

/** A backend as a member of the service. */
export function member(b: Settings["backend1"]): RealServerArgs {
  const { weight, upperThreshold, lowerThreshold } = b;
  const { forwarding, check } = lab;
  return { weight, upperThreshold, lowerThreshold, forwarding, check };
}

/** @throws pulumi.RunError Always. */
export function unknownMachine(name: string): never {
  const known = Object.keys(lab.machines).join(", ");
  throw new pulumi.RunError(
    `config: no machine "${name}" in ipvs-lab:machines, or it has no part in the lab; there are ${known}`,
  );
}

function read() {
  warnOfUnknownKeys();
  const config = new pulumi.Config();
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([key, schema]) => {
    const result = z
      .object({ [key]: schema })
      .safeParse({ [key]: valueOf(config.get(key), schema) });
    problems.push(...(result.error?.issues ?? []).map((i) => `config ipvs-lab:${describe(i)}`));
    return [key, result.data?.[key]];
  });
  const values = Object.fromEntries(entries) as Settings;
  if (problems.length === 0) {
    problems.push(...contradictions(values).map((problem) => `config ipvs-lab:${problem}`));
  }
  if (problems.length > 0) {
    throw new pulumi.RunError(problems.join("\n"));
  }
  const clients = possibleClients(values);
  if (clients.length < values.clients.length) {
    const who = values.backend1.machine;
    void pulumi.log.warn(
      `config ipvs-lab:clients: ${who} makes no requests: ${reasonNotClient(values)}`,
    );
  }
  return { ...values, clients };
}

/**
 * The machines that can be clients. With methods other than masquerade the first backend's machine has the virtual
 * address, and would ask itself.
 */
function possibleClients({ clients, forwarding, backend1 }: Settings): string[] {
  return clients.filter((name) => forwarding === "masquerade" || name !== backend1.machine);
}
function reasonNotClient({ forwarding, vip }: Settings): string {
  return `with forwarding ${forwarding} it has ${vip} itself, and its requests would not leave it`;
}

/** Problems of settings that no component sees, or sees under another key. */
function contradictions(values: Settings): string[] {
  const { machines, director, backend1 } = values;
  const known = Object.keys(machines);
  const missing = Object.entries({ director, "backend1.machine": backend1.machine })
    .filter(([, name]) => !known.includes(name))
    .map(
      ([key, n]) => `${key}: no machine "${n}" in ipvs-lab:machines; there are ${known.join(", ")}`,
    );
  if (missing.length > 0) {
    return missing;
  }
  if (backend1.machine === director) {
    return [
      `backend1.machine: "${director}" is the director; the first backend needs another machine`,
    ];
  }
  return [
    ...duplicates(values),
    ...machinesOutsideLab(values),
    ...unknownRedirectBackend(values),
    ...withoutClients(values),
  ];
}

function duplicates(values: Settings): string[] {
  const places = Object.entries(values.machines).flatMap(([name, machine]) =>
    Object.entries(machine).map(([what, value]) => [`machines.${name}`, what, value] as const),
  );
  const names = backendsOf(values).map(([key, { name }]) => [key, "name", name] as const);
  const all = [...places, ...names];
  return all.flatMap(([key, what, value], i) => {
    const first = all.slice(0, i).find(([, w, v]) => w === what && v === value);
    return first ? `${key}.${what}: ${value} is ${first[0]}'s already; choose another` : [];
  });
}

/** Settings that name a machine outside the lab, which has exactly two machines. */
function machinesOutsideLab(values: Settings): string[] {
  const inLab = [values.director, values.backend1.machine];
  const named = [
    ...backendsOf(values).map(([key, { machine }]) => [`${key}.machine`, machine] as const),
    ...values.clients.map((name, i) => [`clients[${i}]`, name] as const),
  ];
  return named
    .filter(([, name]) => !inLab.includes(name))
    .map(([key, name]) => `${key}: no machine "${name}" in the lab; there are ${inLab.join(", ")}`);
}

function unknownRedirectBackend(values: Settings): string[] {
  const { redirect } = values;
  const names = backendsOf(values).map(([, { name }]) => name);
  return redirect === undefined || names.includes(redirect.backend)
    ? []
    : [`redirect.backend: no backend "${redirect.backend}"; there are ${names.join(", ")}`];
}

function withoutClients(values: Settings): string[] {
  const { clients, director, backend1 } = values;
  return clients.length === 0 || possibleClients(values).length > 0
    ? []
    : [
        `clients: ${backend1.machine} alone cannot be one: ${reasonNotClient(values)}; add "${director}", or choose masquerade`,
      ];
}

function backendsOf({ backend1, backend2, moreBackends }: Settings) {
  const more = moreBackends.map((backend, i) => [`moreBackends[${i}]`, backend] as const);
  return [["backend1", backend1] as const, ["backend2", backend2] as const, ...more];
}

/**
 * Warns of unknown keys. A misspelt key would be ignored silently, but a key of the user's own must not stop the
 * program.
 */
function warnOfUnknownKeys(): void {
  const prefix = `${pulumi.getProject()}:`;
  const names = Object.keys(settings);
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    if (key.startsWith(prefix) && !names.includes(key.slice(prefix.length))) {
      void pulumi.log.warn(
        `config ${key}: the lab has no such setting; it has ${names.join(", ")}`,
      );
    }
  }
}

/** The value of a setting. Config values are text; all but strings and words are JSON. */
function valueOf(raw: string | undefined, schema: z.ZodType): unknown {
  if (raw === undefined || schema instanceof z.ZodString || schema instanceof z.ZodEnum) {
    return raw;
  }
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}
