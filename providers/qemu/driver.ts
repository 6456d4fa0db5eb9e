import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The drivers of the lab's machines. "auto" is Vagrant if it can be had, else QEMU without it. */
export const drivers = ["auto", "vagrant", "qemu"] as const;
export type Driver = Exclude<(typeof drivers)[number], "auto">;

/** The interface to a stack's machines: a program with Vagrant's commands, and its environment. */
export interface Machines {
  program: string;
  environment: Record<string, string>;
}

/**
 * The driver of a stack's machines. Machines that QEMU runs already stay with it, whatever was installed since.
 * @param project The project's folder.
 * @param wanted The setting "driver". IPVS_LAB_DRIVER overrides it.
 * @param hasVagrant Called only when that decides.
 * @throws Error when there is no such driver.
 */
export function driverOf(
  project: string,
  stack: string,
  wanted = "auto",
  hasVagrant = () => isOnPath("vagrant"),
): Driver {
  const variable = process.env.IPVS_LAB_DRIVER ?? "";
  const [from, name] =
    variable === "" ? ["ipvs-lab:driver", wanted] : ["IPVS_LAB_DRIVER", variable];
  const driver = drivers.find((one) => one === name);
  if (driver === undefined) {
    throw new Error(`${from}: "${name}" is no driver; there are ${drivers.join(", ")}`);
  }
  if (driver !== "auto") {
    return driver;
  }
  return !existsSync(join(project, filesOf(stack))) && hasVagrant() ? "vagrant" : "qemu";
}

export function machinesOf(driver: Driver, stack: string): Machines {
  return driver === "vagrant"
    ? {
        program: "vagrant",
        environment: {
          IPVS_LAB_STACK: stack,
          // Each stack has machines of its own. Vagrant's default folder is the dev stack's, for use by hand.
          VAGRANT_DOTFILE_PATH: stack === "dev" ? ".vagrant" : `.vagrant-${stack}`,
        },
      }
    : {
        program: "providers/qemu/machines",
        environment: {
          IPVS_LAB_STACK: stack,
          VAGRANT_DOTFILE_PATH: filesOf(stack),
          // The sources of its machines besides the settings.
          VAGRANT_VAGRANTFILE: "providers/qemu/hardware.json",
        },
      };
}

/** The folder of the machines that QEMU runs, relative to the project's. */
function filesOf(stack: string): string {
  return join(".state/machines", stack);
}

/** True when a program is on PATH. */
export function isOnPath(name: string): boolean {
  return fileOnPath([name]) !== undefined;
}

/**
 * The path of the first program that is on PATH; undefined when there is none.
 * @param names The names that it may have.
 * @param more Folders to look in after those of PATH.
 */
export function fileOnPath(names: string[], more: string[] = []): string | undefined {
  return [...(process.env.PATH ?? "").split(delimiter), ...more]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
