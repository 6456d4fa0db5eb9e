import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  forwardings,
  Host,
  HostArgs,
  NetnsBackendArgs,
  RealServerArgs,
  schedulers,
  WebServerArgs,
  webServerKinds,
} from "./components";
import { describe, flag, ipv4, oneOf, port, whole } from "./components/validate";

/**
 * The lab's settings, from Pulumi.<stack>.yaml; Pulumi.yaml says what each is. Checked here is what
 * the components would not see as it was written; the rest is theirs to say.
 */
const text = z.string({ error: "must be a text" });
const number = z.number({ error: "must be a number" });

const backend = z.strictObject({
  name: text,
  machine: text,
  weight: number.default(1),
  page: text,
});
const netnsBackend = backend.extend({
  namespace: text,
  veth: text.optional(),
  address: text,
});

const settings = {
  machines: z.record(text, z.strictObject({ address: ipv4, sshPort: port, tunnelPort: port })),
  memory: whole(256, 65536),
  interface: text,
  prefix: whole(1, 30),
  director: text,
  vip: text,
  port: number,
  scheduler: oneOf(schedulers),
  forwarding: oneOf(forwardings),
  webServer: oneOf(webServerKinds),
  backend1: backend,
  backend2: netnsBackend,
  moreBackends: z.array(netnsBackend),
  clients: z.array(text),
  requests: number,
  purgePackages: flag,
};
type Settings = { [K in keyof typeof settings]: z.infer<(typeof settings)[K]> };

export const lab = read();

/** A machine of the lab, by its name in the config; which program makes it is the Vagrantfile's matter. */
export function machine(name: string): HostArgs {
  const { address, ...ports } = lab.machines[name] ?? unknownMachine(name);
  const stack = pulumi.getStack();
  return {
    machine: {
      name,
      // Each stack has machines of its own; Vagrant's usual folder is the dev stack's, for use by hand.
      environment: {
        IPVS_LAB_STACK: stack,
        VAGRANT_DOTFILE_PATH: stack === "dev" ? ".vagrant" : `.vagrant-${stack}`,
      },
      // What the Vagrantfile reads from the config: memory can change in place, the network cannot.
      triggers: { memory: lab.memory },
      replaceTriggers: { address, prefix: lab.prefix, ...ports },
    },
    interface: lab.interface,
    address: `${address}/${lab.prefix}`,
  };
}

/** A host of the lab by its machine's name. */
export function hostOf(name: string, ...hosts: Host[]): Host {
  return hosts.find((host) => host.label === name) ?? unknownMachine(name);
}

/** The web server of a backend. */
export function web(b: Pick<Settings["backend1"], "page">): WebServerArgs {
  return {
    page: b.page,
    port: lab.port,
    webServer: lab.webServer,
    purgePackages: lab.purgePackages,
  };
}

/** The namespace of a backend and its web server; its answers go back through the director. */
export function netns(b: Settings["backend2"]): Omit<NetnsBackendArgs, "host"> {
  const { namespace, veth, address } = b;
  return { namespace, veth, address, gateway: lab.machines[lab.director]?.address, ...web(b) };
}

/** A backend's place in the service. */
export function member(b: Pick<Settings["backend1"], "weight">): RealServerArgs {
  return { weight: b.weight, forwarding: lab.forwarding };
}

function unknownMachine(name: string): never {
  const known = Object.keys(lab.machines).join(", ");
  throw new pulumi.RunError(
    `config: no machine "${name}" in ipvs-lab:machines, or it has no part in the lab; there are ${known}`,
  );
}

function read() {
  const config = new pulumi.Config();
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([key, schema]) => {
    const result = z
      .object({ [key]: schema })
      .safeParse({ [key]: valueOf(config.get(key), schema) });
    problems.push(...(result.error?.issues ?? []).map((i) => `config ipvs-lab:${describe(i)}`));
    return [key, result.data?.[key]];
  });
  if (problems.length > 0) {
    throw new pulumi.RunError(problems.join("\n"));
  }
  const values = Object.fromEntries(entries) as Settings;
  if (values.backend1.machine === values.director) {
    throw new pulumi.RunError(
      `config ipvs-lab:backend1.machine: "${values.director}" is the director; the first backend needs another machine`,
    );
  }
  return values;
}

/** Config values are text; all but texts and words are JSON. */
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
