import type { Lab } from "../../../lab/lab.js";
import { commandFor } from "../../../lab/stackSetting.js";
import type { Topology } from "../../protocol.js";
import type { Settings } from "./settings.js";

/**
 * The stack as it is drawn.
 * @throws Error when several directors are at work at once: the page has the table of one, and the way there.
 */
export function topologyOf(stack: string, lab: Lab, settings: Settings): Topology {
  const { balanced, redirected, clients, objects } = lab;
  if (balanced.router) {
    throw new Error(
      `in stack ${stack} several directors are at work at once, and the page shows the table of one: \`${commandFor(stack, "npm run verify")}\` says what each carries, \`${commandFor(stack, "npm run failover")}\` what a failure costs`,
    );
  }
  const machines = Object.keys(lab.machines);
  const { check } = settings;
  const names = balanced.members.map(({ name }) => name);
  const backends = new Map(settings.backends().map((backend) => [backend.name, backend]));
  return {
    stack,
    director: balanced.director,
    ...(balanced.moreDirectors && { moreDirectors: balanced.moreDirectors }),
    // A lab of two machines has no controls for them: the workshop's page is for its own steps.
    ...(machines.length > 2 && { machines }),
    clients,
    service: { url: balanced.url, protocol: "tcp", scheduler: balanced.scheduler },
    members: balanced.members.map(({ name, address, port, forwarding, weight }) => ({
      ...{ name, address, port, forwarding, ...(check && { weight }) },
      machine: objects[name]?.machine,
      namespace: backends.get(name)?.namespace,
    })),
    ...(balanced.ipv6 && { ipv6: { url: balanced.ipv6.url } }),
    ...(redirected
      ? { redirect: { url: redirected.url, member: names.indexOf(redirected.target.name) } }
      : {}),
    ...(check && { check: { type: check } }),
    settings: settings.changeableSettings(names),
  };
}

/** The machines that share the virtual address, or the only one that has it. */
export function directorsOf({ director, moreDirectors = [] }: Topology): string[] {
  return [director, ...moreDirectors];
}

/** The address and port of "http://10.10.10.100:80/". */
export function addressOf(url: string): { address: string; port: number } {
  const { hostname, port } = new URL(url);
  return { address: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 80) };
}
