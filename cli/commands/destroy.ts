import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { enterEnvironment } from "../../lab/environment.js";
import { dropDeadLocks } from "../../lab/locks.js";
import { root, state } from "../../lab/paths.js";
import { isReachable } from "../../lab/reachable.js";
import { takeSaltOut } from "../../lab/settings.js";
import { display } from "../display/run.js";
import { defaultStack, operate } from "../pulumi.js";

interface Options {
  stack: string;
  keepMachines?: boolean;
}

/** A resource as Pulumi's state lists it. */
interface Resource {
  urn: string;
  type: string;
  deletedWith?: string;
  outputs?: { host?: string; port?: number };
}

export const destroy = new Command("destroy")
  .description("take everything back: the workshop's clean-up step by step, then the machines")
  .option("--stack <name>", "the stack", defaultStack)
  .option("--keep-machines", "leave the machines running")
  .action(async ({ stack, keepMachines }: Options) => {
    if (!existsSync(state)) {
      console.log("Nothing is there.");
      return;
    }
    enterEnvironment();
    await destroyLab(stack, keepMachines);
  });

/**
 * Destroys a lab in two passes. Everything on a machine has `deletedWith` set to it, so a single pass would only end
 * the machines. The first pass therefore removes, step by step, what stands on the machines that can be reached.
 */
export async function destroyLab(stack: string, keepMachines = false): Promise<void> {
  dropDeadLocks(stack);
  await takeSaltOut(stack);
  const resources = await resourcesOf(stack);
  const machines = resources.filter((r) => r.type === "vagrant:index:Machine");
  const reachable = await Promise.all(
    machines.map(({ outputs }) => isReachable(outputs?.host, outputs?.port)),
  );
  const gone = new Set(machines.filter((_, i) => !reachable[i]).map((m) => m.urn));
  const keep = resources.filter(
    (r) => machines.includes(r) || (r.deletedWith !== undefined && gone.has(r.deletedWith)),
  );
  if (gone.size < machines.length) {
    const exclude = keep.flatMap((r) => ["--exclude", r.urn]);
    const status = await display(stack, "destroy", ["--yes", "--skip-preview", ...exclude]);
    if (status !== 0) {
      if (keepMachines) {
        process.exit(status);
      }
      console.error("! What could not be undone on the machines goes with them.");
    }
  }
  if (keepMachines && gone.size > 0) {
    const names = [...gone].map((urn) => urn.split("::").at(-1)).join(" and ");
    throw new Error(
      `${names}: no answer to SSH, so what is on it stays. Start the lab again and repeat this, or leave out --keep-machines.`,
    );
  }
  if (!keepMachines && resources.length > 0) {
    await operate(stack, "destroy", "--yes", "--skip-preview");
  }
  if (!keepMachines) {
    // Vagrant does this when its last machine goes; it may have been interrupted before that.
    await execa(join(root, "setup/libvirt.sh"), ["stop"], { reject: false, stderr: "inherit" });
  }
  if (resources.length === 0) {
    console.log(`Nothing is left in stack ${stack}.`);
  }
}

async function resourcesOf(stack: string): Promise<Resource[]> {
  const args = ["stack", "export", "--stack", stack];
  const { stdout, exitCode } = await execa("pulumi", args, { cwd: root, reject: false });
  if (exitCode !== 0) {
    return [];
  }
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: Resource[] } };
  return deployment.resources ?? [];
}
