import { basename } from "node:path";
import { execa } from "execa";
import { knownHostsName, loginArguments } from "../../components/ssh/program.js";
import { enterEnvironment } from "../../lab/environment.js";
import { outputs } from "../../lab/outputs.js";
import { type Machines, sshArguments } from "../../lab/ssh.js";
import { parseHost } from "./host.js";
import type { MachineLogin } from "./program.js";

/** A machine as named on the command line. */
export interface NamedMachine {
  /** The name of one of the lab's machines, or user@address[:port]. */
  host: string;
  /** The stack of the lab. */
  stack: string;
  /** The private key's file. By default ssh finds one. */
  identity?: string;
}

/** ssh's arguments for a machine, and its SSH settings for a program. */
export async function loginTo({
  stack,
  host,
  identity,
}: NamedMachine): Promise<{ args: string[]; reach: MachineLogin }> {
  if (/^[\w.-]+$/.test(host)) {
    enterEnvironment();
    const { machines = {} } = (await outputs(stack)) as { machines?: Machines };
    const access = machines[host];
    if (access) {
      const { host: address, port, user, hostKey } = access;
      return {
        args: sshArguments(stack, machines, host),
        reach: { name: host, host: address, port, user, hostKey },
      };
    }
  }
  const { user, address, ...parsed } = parseHost(host);
  const port = Number(parsed.port);
  const known = await execa("ssh-keygen", ["-F", knownHostsName(address, port)], { reject: false });
  const hostKey = /^\S+ (ssh-ed25519 \S+)/m.exec(known.stdout)?.[1];
  return {
    args: loginArguments(
      { host: address, port, user, identityFile: identity },
      { BatchMode: "yes", StrictHostKeyChecking: "yes" },
    ),
    reach: { name: basename(address), host: address, port, user, hostKey },
  };
}
