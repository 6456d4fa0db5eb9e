import type { Plugin, Properties } from "../../../tools/bench/engines/plugin";
import type { Sshd } from "../../../tools/bench/engines/sshd";

/** What a question may use. */
export interface World {
  plugin: Plugin;
  sshd: Sshd;
  /** An empty folder, on both sides of the connection. */
  folder: string;
  read(file: string): string;
  write(file: string, content: string): void;
}

export type Questions = Record<string, (world: World) => Promise<unknown>>;

export const command = "command:remote:Command";
export const local = "command:local:Command";
export const copy = "command:remote:CopyToRemote";

/** Inputs of a command as Pulumi has them after the check. */
export async function checked(world: World, more: Properties): Promise<Properties> {
  const { plugin, sshd } = world;
  return (await plugin.check(command, { connection: sshd.login, ...more })).inputs;
}
