import type { Lab } from "../../../lab/lab.js";
import type { Topology } from "../../protocol.js";
import type { Settings } from "./settings.js";

/** The stack as it is drawn. */
export function topologyOf(stack: string, lab: Lab, settings: Settings): Topology {
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
    settings: settings.changeableSettings(names),
  };
}

/** The address and port of "http://10.10.10.100:80/". */
export function addressOf(url: string): { address: string; port: number } {
  const { hostname, port } = new URL(url);
  return { address: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 80) };
}
