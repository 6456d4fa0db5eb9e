import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./components";
import { lab, unknownMachine } from "./config";
import { boxOf, madeFrom, usualBox } from "./providers/qemu/boxes";
import { driverOf, machinesOf } from "./providers/qemu/driver";
import { places } from "./providers/qemu/network/places";

/**
 * The arguments and options of a Host for a machine of the lab, by its name in the config. The driver decides which
 * program makes the machine.
 */
export function machine(name: string): [args: HostArgs, opts: pulumi.ComponentResourceOptions] {
  const { address, address6, memory = lab.memory } = lab.machines[name] ?? unknownMachine(name);
  const stack = pulumi.getStack();
  const driver = driverOf(__dirname, stack, lab.driver);
  const { program, environment } = machinesOf(driver, stack);
  const files = join(__dirname, environment.VAGRANT_DOTFILE_PATH ?? "");
  const box = boxOf(lab.box);
  const six = address6 === undefined ? undefined : { address6: `${address6}/${lab.prefix6}` };
  const args = {
    machine: {
      name,
      environment,
      // Vagrant is the default and is omitted, so machines made before this option existed do not change.
      ...(driver === "vagrant" ? {} : { program }),
      // The values that the Vagrantfile reads from the config. The memory can change in place, the network cannot.
      triggers: { memory },
      // A box that nobody chose is omitted for the same reason.
      replaceTriggers: {
        address,
        ...six,
        prefix: lab.prefix,
        ...portsOf(name),
        ...(box && { box }),
      },
    },
    interface: lab.interface,
    address: `${address}/${lab.prefix}`,
    address6: six?.address6,
  };
  return [args, keepsBox(name, box, madeFrom(join(files, "machines", name))) ? boxKept : {}];
}

/** The ports of a machine on 127.0.0.1. What two machines have is what they had before there were labs of more. */
function portsOf(name: string) {
  const placed = places(lab.machines);
  const place = typeof placed === "string" ? undefined : placed.get(name);
  const { sshPort, tunnelPort, framesTo, hasSwitch } = place ?? unknownMachine(name);
  return { sshPort, tunnelPort, ...(hasSwitch && { switchPort: framesTo }) };
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
