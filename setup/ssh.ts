import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "../components/ssh.js";
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
  const { bastion } = access;
  const all = bastion ? [access, bastion] : [access];
  const lines = all.map(({ host, port, hostKey }) => `${knownAs(host, port)} ${hostKey}\n`);
  writeFileSync(knownHosts, lines.join(""), { mode: 0o600 });
  const pinned = [
    ...["-o", `UserKnownHostsFile="${knownHosts}"`],
    ...["-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR"],
  ];
  return [
    ...["-p", String(access.port), ...pinned],
    ...(bastion ? ["-o", `ProxyCommand=${through(bastion, access, pinned)}`] : []),
    ...(access.identityFile ? ["-i", access.identityFile, "-o", "IdentitiesOnly=yes"] : []),
    `${access.user}@${access.host}`,
  ];
}

/** How known_hosts names a host. */
function knownAs(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** ProxyJump would take neither the port's nor the keys' options: it is a command of its own. */
function through(
  bastion: NonNullable<Access["bastion"]>,
  { host, port }: Access,
  pinned: string[],
): string {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const login = `${bastion.user}@${bastion.host}`;
  return ["ssh", "-p", String(bastion.port), ...pinned, "-W", target, login]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(" ")
    .replaceAll("%", "%%");
}
