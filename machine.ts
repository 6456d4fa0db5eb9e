import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./components";
import { lab, unknownMachine } from "./config";
import { boxOf, madeFrom, usualBox } from "./providers/qemu/boxes";
import { driverOf, machinesOf } from "./providers/qemu/driver";

/** A machine of the lab, by its name in the config, as a Host takes it; the driver decides which program makes it. */
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
      // Vagrant goes without saying, so that machines made before there was a choice stay as they are.
      ...(driver === "vagrant" ? {} : { program }),
      // What is read from the config: memory can change in place, the network cannot.
      triggers: { memory: lab.memory },
      // So does a box that nobody chose.
      replaceTriggers: { address, prefix: lab.prefix, ...ports, ...(box && { box }) },
    },
    interface: lab.interface,
    address: `${address}/${lab.prefix}`,
  };
  return [args, keepsBox(name, box, madeFrom(join(files, "machines", name))) ? boxKept : {}];
}

/** True for a machine that exists and has the box that is asked for, or none is asked for: it is not made anew then. */
function keepsBox(name: string, box: string | undefined, made: string | undefined): boolean {
  if (made !== undefined && box === undefined && made !== usualBox) {
    void pulumi.log.info(
      `${name} stays ${made}, which it was made from. \`npm run pulumi -- config set box ${usualBox}\` has it made anew.`,
    );
  }
  return made !== undefined && made === (box ?? made);
}

/** What the state says of the box may be less, or older, than what the machine has. */
const boxKept: pulumi.ComponentResourceOptions = {
  transformations: [
    ({ type, props, opts }) =>
      type === "vagrant:index:Machine"
        ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["replaceTriggers.box"] }) }
        : undefined,
  ],
};
