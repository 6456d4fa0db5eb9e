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

/** @returns What the driver printed. */
async function run(stack: string, ...words: string[]): Promise<string> {
  const driver = driverOf(root, stack, stackSetting(stack, "driver"));
  const { program, environment } = machinesOf(driver, stack);
  const { exitCode, stdout, all } = await execa(program, words, {
    ...{ cwd: root, env: environment, all: true, reject: false },
  });
  if (exitCode !== 0) {
    const why = all.trim();
    throw new Error(why === "" ? `${program} ended with exit status ${exitCode}` : why);
  }
  return stdout;
}
