import { secret, type Properties } from "../protocol/wire";
import type { MachineInputs } from "./inputs";
import type { Fleet, Seen } from "./program/fleet";
import { identify, readAccess, type Access, type Identity } from "./program/ssh";
import { VagrantError } from "./program/vagrant";

/** The outputs of a machine; the schema describes each. */
export interface Outputs extends Access, Identity {
  state: string;
  vagrantProvider: string;
  provisioned: boolean;
}

const nothingKnown = {
  host: "",
  port: 0,
  user: "",
  identityFile: "",
  privateKey: "",
  hostKey: "",
  bootId: "",
};

/** The outputs of a machine that Vagrant has just seen. Few are known of one that does not run. */
export function outputsOf(
  seen: Seen,
  provisioned: boolean,
  found: Access & Identity = nothingKnown,
): Outputs {
  return { ...found, state: seen.state, vagrantProvider: seen.provider, provisioned };
}

/** The outputs as Pulumi's properties, with the private key as a secret. */
export function properties(outputs: Outputs): Properties {
  return { ...outputs, privateKey: secret(outputs.privateKey) };
}

/**
 * Asks Vagrant for a running machine's SSH settings, then the machine for its identity.
 * @param options.pinned The host key that it must have, if it is known already.
 * @param options.attempts The number of attempts to log in.
 */
export async function reach(
  fleet: Fleet,
  machine: MachineInputs,
  options: { pinned?: string; attempts: number },
): Promise<Access & Identity> {
  const lines = await fleet.ask(machine, "sshConfig", machine.name);
  const line = lines.find(({ type, target }) => type === "ssh-config" && target === machine.name);
  const config = line?.data.join(",");
  if (config === undefined) {
    throw new VagrantError(`vagrant ssh-config says nothing about ${machine.name}`, "", lines);
  }
  const access = await readAccess(config);
  const { environment } = machine;
  const pause = fleet.timing.loginPause;
  const identity = await identify(fleet.programs, machine.name, config, {
    ...options,
    environment,
    pause,
  });
  return { ...access, ...identity };
}
