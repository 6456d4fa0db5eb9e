import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "../components/host.js";
import { state } from "./paths.js";

/** How to reach the machines of a stack, by name. */
export type Machines = Record<string, Access>;

/** The arguments of OpenSSH's `ssh` for a machine of a stack, its host key pinned. */
export function sshArguments(stack: string, machines: Machines, machine: string): string[] {
  const access = machines[machine];
  if (!access) {
    const known = Object.keys(machines).join(", ");
    throw new Error(
      `no machine "${machine}" in stack ${stack}: ${known ? `there are ${known}` : "none is up; run `npm start`"}`,
    );
  }
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const knownHosts = join(state, `known_hosts-${stack}-${machine}`);
  writeFileSync(knownHosts, `[${access.host}]:${access.port} ${access.hostKey}\n`, { mode: 0o600 });
  return [
    ...["-p", String(access.port), "-o", `UserKnownHostsFile=${knownHosts}`],
    ...["-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR"],
    ...(access.identityFile ? ["-i", access.identityFile, "-o", "IdentitiesOnly=yes"] : []),
    `${access.user}@${access.host}`,
  ];
}
