import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";

/** A play of a playbook. */
export interface Play {
  hosts: string;
  tasks: { name: string; [module: string]: unknown }[];
}

/** Runs plays as root on the hosts of an inventory. @returns The output of their tasks. */
export async function playAll(
  plays: Play[],
  hosts: Record<string, object>,
  folder: string,
): Promise<string> {
  const playbook = join(folder, "playbook.yml");
  const asRoot = { become: true, gather_facts: false };
  writeFileSync(playbook, stringify(plays.map((play) => ({ ...play, ...asRoot }))));
  const inventory = join(folder, "inventory.yml");
  writeFileSync(inventory, stringify({ all: { hosts } }));
  const { stdout } = await execa("ansible-playbook", ["-v", "-i", inventory, playbook]);
  return stdout;
}
