import { execa } from "execa";
import { driverOf, machinesOf } from "../providers/qemu/driver.js";
import { root } from "./paths.js";
import { stackSetting } from "./stackSetting.js";

/** Where a cable can be moved: out of the card, or into it. */
export const cableMoves = ["pull", "plug"] as const;
export type CableMove = (typeof cableMoves)[number];

/**
 * Pulls a machine's cable of the lab's network out of its card, or plugs it in again. The machine sees that its link is
 * gone, and SSH still reaches it.
 * @throws Error with the driver's own words.
 */
export async function moveCable(stack: string, machine: string, move: CableMove): Promise<void> {
  const driver = driverOf(root, stack, stackSetting(stack, "driver"));
  const { program, environment } = machinesOf(driver, stack);
  const [file, ...words] =
    driver === "qemu" ? [program, move, machine] : ["setup/vagrant/cable.sh", machine, move];
  const { exitCode, all } = await execa(file, words, {
    ...{ cwd: root, env: environment, all: true, reject: false },
  });
  if (exitCode !== 0) {
    throw new Error(all.trim() === "" ? `${file} ended with exit status ${exitCode}` : all.trim());
  }
}
