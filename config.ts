import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Host, NetnsBackendArgs, RealServerArgs, VipArgs, WebServerArgs } from "./components";
import { describe } from "./components/args/validate";
import { contradictions, possibleClients, reasonNotClient } from "./config/contradictions";
import { type BackendSettings, type NetnsSettings, settings, type Settings } from "./config/schema";

export const lab = read();

/** True when each real server has the virtual address and answers clients itself. */
const answersItself = lab.forwarding !== "masquerade";

/** True for a director's machine that is a client as well, and is answered by the real servers themselves. */
export function localClients(name: string): boolean {
  return answersItself && lab.clients.includes(name);
}

/** What the directors tell a router of the virtual address; nothing without a router. */
export const announcement: Pick<VipArgs, "announce"> = announcementTo(lab.router);

/** All backends, in order. */
export const backendSettings = [lab.backend1, lab.backend2, ...lab.moreBackends];

/** The host with a machine's name. */
export function hostOf(name: string, hosts: Host[]): Host {
  return hosts.find((host) => host.label === name) ?? unknownMachine(name);
}

/** True when a backend's settings hold secrets: `pulumi config set --secret --path backend1.page …`. */
const secretBackends = (JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]).some(
  (key) => /:(backend1|backend2|moreBackends)$/.test(key),
);

/** The arguments of a backend's web server. */
export function web(b: Pick<BackendSettings, "page" | "running">): WebServerArgs {
  return {
    page: secretBackends ? pulumi.secret(b.page) : b.page,
    port: lab.port,
    listen: answersItself || lab.vip6 !== undefined ? "any" : "address",
    running: b.running,
    webServer: lab.webServer,
    accessLog: lab.accessLog,
    purgePackages: lab.purgePackages,
  };
}

/** The arguments of a backend in a namespace, with its web server. Its answers go back through the director. */
export function netns({
  namespace,
  veth,
  address,
  address6,
  ...b
}: NetnsSettings): Omit<NetnsBackendArgs, "host"> {
  return {
    namespace,
    veth,
    address,
    address6,
    gateway: lab.machines[lab.director]?.address,
    ...web(b),
  };
}

/** The arguments of a backend as a member of the service. */
export function member(b: BackendSettings): RealServerArgs {
  const { weight, upperThreshold, lowerThreshold } = b;
  const { forwarding, check } = lab;
  return { weight, upperThreshold, lowerThreshold, forwarding, check };
}

function announcementTo(router: Settings["router"]): Pick<VipArgs, "announce"> {
  if (router === undefined) {
    return {};
  }
  const { address } = lab.machines[router.machine] ?? unknownMachine(router.machine);
  const { directorsAsn, asn } = router;
  return { announce: { bgp: { asn: directorsAsn, neighbors: [{ address, asn }] } } };
}

/** @throws pulumi.RunError Always. */
export function unknownMachine(name: string): never {
  const known = Object.keys(lab.machines).join(", ");
  throw new pulumi.RunError(
    `config: no machine "${name}" in ipvs-lab:machines; there are ${known}`,
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
    const who = values.clients.filter((name) => !clients.includes(name)).join(", ");
    void pulumi.log.warn(
      `config ipvs-lab:clients: ${who} makes no requests: ${reasonNotClient(values)}`,
    );
  }
  return { ...values, clients };
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
