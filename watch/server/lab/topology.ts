import type { ServiceMember } from "../../../components/ipvsService.js";
import type { RedirectTarget } from "../../../components/staticRedirect.js";
import type { Machines } from "../../../setup/ssh.js";
import type { Topology } from "../../protocol.js";
import type { Settings } from "./settings.js";

/** What a lab's outputs say of its service, of its redirection and of its machines. */
export interface Outputs {
  balanced: { director: string; url: string; scheduler: string; members: ServiceMember[] };
  redirected?: { url: string; target: RedirectTarget };
  clients: string[];
  machines: Machines;
  /** What each thing is, by its name (components/explained.ts). */
  objects: Partial<Record<string, { machine: string }>>;
}

/** @throws Error where the lab is not up. */
export function labOf(stack: string, outputs: Record<string, unknown>): Outputs {
  const lab = outputs as Partial<Outputs>;
  if (!lab.balanced || !lab.clients || !lab.machines) {
    throw new Error(`stack ${stack} is not up: run \`npm start\``);
  }
  return { objects: {}, ...lab } as Outputs;
}

/** The stack as it is drawn. */
export function topologyOf(stack: string, lab: Outputs, settings: Settings): Topology {
  const { balanced, redirected, clients, objects } = lab;
  const names = balanced.members.map(({ name }) => name);
  const backends = new Map(settings.backends().map((backend) => [backend.name, backend]));
  return {
    stack,
    director: balanced.director,
    clients,
    service: { url: balanced.url, protocol: "tcp", scheduler: balanced.scheduler },
    members: balanced.members.map(({ name, address, port, forwarding }) => ({
      ...{ name, address, port, forwarding },
      machine: objects[name]?.machine,
      namespace: backends.get(name)?.namespace,
    })),
    ...(redirected
      ? { redirect: { url: redirected.url, member: names.indexOf(redirected.target.name) } }
      : {}),
    settings: settings.changeable(names),
  };
}

/** The address and port of "http://10.10.10.100:80/". */
export function placeOf(url: string): { address: string; port: number } {
  const { hostname, port } = new URL(url);
  return { address: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 80) };
}
