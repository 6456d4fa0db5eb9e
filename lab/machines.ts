import { execa } from "execa";
import { driverOf, machinesOf } from "../providers/qemu/driver.js";
import { root } from "./paths.js";
import { stackSetting } from "./stackSetting.js";

/**
 * Turns a machine on and waits until it answers SSH, or shuts it down.
 * @throws Error with the driver's own words.
 */
export async function turn(stack: string, machine: string, to: "on" | "off"): Promise<void> {
  await run(stack, to === "on" ? "up" : "halt", machine);
}

/** The machines of a stack that are on. @throws Error with the driver's own words. */
export async function poweredOn(stack: string): Promise<Set<string>> {
  const lines = (await run(stack, "status", "--machine-readable")).split("\n");
  // A line: time, machine, "state" and the state.
  const fields = lines.map((line) => line.trim().split(","));
  const on = fields.filter(([, , what, state]) => what === "state" && state === "running");
  return new Set(on.map(([, name = ""]) => name));
}

/** Where a cable can be moved: out of the card, or into it. */
export const cableMoves = ["pull", "plug"] as const;
export type CableMove = (typeof cableMoves)[number];

/**
 * Pulls a machine's cable of the lab's network out of its card, or plugs it in again. The machine sees that its link is
 * gone, and SSH still reaches it.
 * @throws Error with the driver's own words.
 */
export async function moveCable(stack: string, machine: string, move: CableMove): Promise<void> {
  const { driver, program, environment } = driverFor(stack);
  await (driver === "qemu"
    ? called(program, [move, machine], environment)
    : called("setup/vagrant/cable.sh", [machine, move], environment));
}

/** Calls the driver's program. @returns What it printed. */
async function run(stack: string, ...words: string[]): Promise<string> {
  const { program, environment } = driverFor(stack);
  return called(program, words, environment);
}

function driverFor(stack: string) {
  const driver = driverOf(root, stack, stackSetting(stack, "driver"));
  return { driver, ...machinesOf(driver, stack) };
}

/** @throws Error with the program's own words. */
async function called(
  program: string,
  words: string[],
  env: Record<string, string>,
): Promise<string> {
  const { exitCode, stdout, all } = await execa(program, words, {
    ...{ cwd: root, env, all: true, reject: false },
  });
  if (exitCode !== 0) {
    const why = all.trim();
    throw new Error(why === "" ? `${program} ended with exit status ${exitCode}` : why);
  }
  return stdout;
}
