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
} from "../components/ssh/program.js";
import type { CommandLine } from "../components/ssh/remoteProcess.js";
import { state } from "./paths.js";
import { commandFor } from "./stackSetting.js";

/** The SSH settings of a stack's machines, by their names. */
export type Machines = Record<string, Access>;

/** The arguments of OpenSSH's `ssh` for a machine of a stack, its host key pinned. */
export function sshArguments(stack: string, machines: Machines, machine: string): string[] {
  const access = machines[machine];
  if (!access) {
    const known = Object.keys(machines).join(", ");
    const start = commandFor(stack, "npm start");
    throw new Error(
      `no machine "${machine}" in stack ${stack}: ${known ? `there are ${known}` : `none is up; run \`${start}\``}`,
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
  const proxy = bastion && { ProxyCommand: proxyCommand(bastion, access, optionArguments(pinned)) };
  return loginArguments(access, { ...pinned, ...proxy });
}

/** The same arguments for a connection that stays open long and must notice when it is cut. */
function lastingSshArguments(stack: string, machines: Machines, machine: string): string[] {
  const keepAlive = ["-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"];
  return [...keepAlive, ...sshArguments(stack, machines, machine)];
}

/** The command line of such a connection: it runs a command on the machine, or the login shell without one. */
export function remoteCommand(
  stack: string,
  machines: Machines,
  machine: string,
  ...command: string[]
): CommandLine {
  return { file: "ssh", args: [...lastingSshArguments(stack, machines, machine), ...command] };
}

/** A command line that runs a command as root. Any login shell understands it, POSIX or not. */
export function asRoot(command: string): string {
  const become = `if [ "$(id -u)" -eq 0 ]; then exec ${command}; else exec sudo -n ${command}; fi`;
  return `exec sh -c ${quoted(become)}`;
}

/** A Python program as a command line. It is encoded, so no login shell can misread it. */
export function pythonWords(program: string): string {
  const text = Buffer.from(program).toString("base64");
  const load = `import base64; exec(base64.b64decode("${text}"))`;
  return `python3 -c ${quoted(load)}`;
}

/** The command that connects through a bastion. ProxyJump would ignore the options for the port and the keys. */
function proxyCommand(
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
