import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { type Destination, loginArguments, pathInOption } from "../components/ssh/program.js";
import { root, state } from "../lab/paths.js";
import { untilSignal } from "../lab/signals.js";
import { committedSettings } from "../providers/qemu/committedSettings.js";
import { machines } from "./driver.js";

const stack = "kernel";
const name = "machine1";
const configFile = join(root, `Pulumi.${stack}.yaml`);
const knownHosts = join(state, `known_hosts-${stack}-${name}`);

const program = () => machines(stack).program;
const commandOptions = () => ({ cwd: root, env: machines(stack).environment });
const files = () => join(root, machines(stack).environment.VAGRANT_DOTFILE_PATH ?? "");

/** The SSH login of the machine. */
export interface Login extends Destination {
  knownHosts: string;
}

/**
 * Runs `work` on a machine of its own, for tests in the real kernel or for a measurement. The machine has no lab. It is
 * removed afterwards, also after a failure or a signal.
 */
export async function withKernelMachine<T>(
  work: (login: Login, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  return untilSignal(async (stop) => {
    try {
      await configure();
      console.error("• a machine of its own …");
      await execa(program(), ["up", name], {
        ...commandOptions(),
        stdio: ["ignore", "ignore", "pipe"],
        cancelSignal: stop,
      });
      return await work(await login(), stop);
    } finally {
      await remove();
    }
  });
}

/** Its ports differ from those of the user's lab and of the tests' lab. */
async function configure(): Promise<void> {
  writeFileSync(configFile, stringify(committedSettings(root, 40)));
  if (existsSync(files())) {
    await execa(program(), ["destroy", "--force"], commandOptions()); // left by a run that was killed
  }
}

async function login(): Promise<Login> {
  const { stdout } = await execa(program(), ["ssh-config", name], commandOptions());
  const value = (key: string) =>
    new RegExp(`^\\s*${key} "?(.*?)"?$`, "m").exec(stdout)?.[1] ?? missing(key);
  // Each machine is a new one with a new host key, so the first key seen is pinned.
  rmSync(knownHosts, { force: true });
  return {
    host: value("HostName"),
    port: Number(value("Port")),
    user: value("User"),
    identityFile: value("IdentityFile"),
    knownHosts,
  };
}

/** The arguments of ssh(1). */
export function sshArguments({ knownHosts, ...destination }: Login): string[] {
  return loginArguments(destination, {
    BatchMode: "yes",
    LogLevel: "ERROR",
    StrictHostKeyChecking: "accept-new",
    UserKnownHostsFile: pathInOption(knownHosts),
  });
}

function missing(key: string): never {
  throw new Error(`${program()} ssh-config says no ${key} for ${name}`);
}

async function remove(): Promise<void> {
  const { exitCode } = await execa(program(), ["destroy", "--force"], {
    ...commandOptions(),
    stdio: ["ignore", "ignore", "inherit"],
    reject: false,
  });
  if (exitCode === 0) {
    rmSync(files(), { recursive: true, force: true });
    rmSync(configFile, { force: true });
  }
  rmSync(knownHosts, { force: true });
}
