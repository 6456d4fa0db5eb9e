import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { place } from "../components/args/place.js";
import { quoted } from "../components/host/quoting.js";
import type { Access } from "../components/host/ssh.js";
import {
  knownHostsName,
  loginArguments,
  optionArguments,
  pathInOption,
} from "../components/host/sshProgram.js";
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
  const lines = all.map(({ host, port, hostKey }) => `${knownHostsName(host, port)} ${hostKey}\n`);
  writeFileSync(knownHosts, lines.join(""), { mode: 0o600 });
  const pinned = {
    UserKnownHostsFile: pathInOption(knownHosts),
    StrictHostKeyChecking: "yes",
    LogLevel: "ERROR",
  };
  const proxy = bastion && { ProxyCommand: through(bastion, access, optionArguments(pinned)) };
  return loginArguments(access, { ...pinned, ...proxy });
}

/** The same for a connection that carries something for long, and must notice its end. */
export function lastingSshArguments(stack: string, machines: Machines, machine: string): string[] {
  const keepAlive = ["-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"];
  return [...keepAlive, ...sshArguments(stack, machines, machine)];
}

/** A line for a machine's login shell, which may be no POSIX shell, that becomes the command, as root. */
export function asRoot(command: string): string {
  const become = `if [ "$(id -u)" -eq 0 ]; then exec ${command}; else exec sudo -n ${command}; fi`;
  return `exec sh -c ${quoted(become)}`;
}

/** A Python program as words for any login shell: there is nothing in it that one could understand. */
export function pythonWords(program: string): string {
  const text = Buffer.from(program).toString("base64");
  const load = `import base64; exec(base64.b64decode("${text}"))`;
  return `python3 -c ${quoted(load)}`;
}

/** ProxyJump would take neither the port's nor the keys' options: it is a command of its own. */
function through(
  bastion: NonNullable<Access["bastion"]>,
  { host, port }: Access,
  pinned: string[],
): string {
  const login = `${bastion.user}@${bastion.host}`;
  return ["ssh", "-p", String(bastion.port), ...pinned, "-W", place(host, port), login]
    .map(quoted)
    .join(" ")
    .replaceAll("%", "%%");
}
