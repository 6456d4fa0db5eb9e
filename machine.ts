import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./components";
import { lab, unknownMachine } from "./config";
import { boxOf, madeFrom, usualBox } from "./providers/qemu/boxes";
import { driverOf, machinesOf } from "./providers/qemu/driver";

/**
 * The arguments and options of a Host for a machine of the lab, by its name in the config. The driver decides which
 * program makes the machine.
 */
export function machine(name: string): [args: HostArgs, opts: pulumi.ComponentResourceOptions] {
  const { address, ...ports } = lab.machines[name] ?? unknownMachine(name);
  const stack = pulumi.getStack();
  const driver = driverOf(__dirname, stack, lab.driver);
  const { program, environment } = machinesOf(driver, stack);
  const files = join(__dirname, environment.VAGRANT_DOTFILE_PATH ?? "");
  const box = boxOf(lab.box);
  const args = {
    machine: {
      name,
      environment,
      // Vagrant is the default and is omitted, so machines made before this option existed do not change.
      ...(driver === "vagrant" ? {} : { program }),
      // The values that the Vagrantfile reads from the config. The memory can change in place, the network cannot.
      triggers: { memory: lab.memory },
      // A box that nobody chose is omitted for the same reason.
      replaceTriggers: { address, prefix: lab.prefix, ...ports, ...(box && { box }) },
    },
    interface: lab.interface,
    address: `${address}/${lab.prefix}`,
  };
  return [args, keepsBox(name, box, madeFrom(join(files, "machines", name))) ? boxKept : {}];
}

/** True for a machine that exists with the requested box, or without a requested box. It is not replaced. */
function keepsBox(name: string, box: string | undefined, made: string | undefined): boolean {
  if (made !== undefined && box === undefined && made !== usualBox) {
    void pulumi.log.info(
      `${name} stays ${made}, which it was made from. \`npm run pulumi -- config set box ${usualBox}\` has it made anew.`,
    );
  }
  return made !== undefined && made === (box ?? made);
}

/** Options that ignore a change of the box: the state may have no box, or an older one than the machine has. */
const boxKept: pulumi.ComponentResourceOptions = {
  transformations: [
    ({ type, props, opts }) =>
      type === "vagrant:index:Machine"
        ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["replaceTriggers.box"] }) }
        : undefined,
  ],
};
