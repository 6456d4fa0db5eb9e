import { root } from "../lab/paths.js";
import { stackSetting, defaultStack } from "../lab/stackSetting.js";
import {
  driverOf,
  isOnPath,
  machinesOf,
  type Driver,
  type Machines,
} from "../providers/qemu/driver.js";
import { isAvailable } from "./programs/apt.js";

const chosen = new Map<string, Driver>();

/**
 * The driver of a stack's machines. By default it is Vagrant, on systems that have it installed or as a package that
 * set-up can install, and QEMU elsewhere.
 */
export function driver(stack = defaultStack): Driver {
  const own =
    chosen.get(stack) ?? driverOf(root, stack, stackSetting(stack, "driver"), canHaveVagrant);
  chosen.set(stack, own);
  return own;
}

/** True when the driver depends on whether this system has a package of Vagrant. */
export function dependsOnPackages(stack = defaultStack): boolean {
  const driverIf = (hasVagrant: boolean) =>
    driverOf(root, stack, stackSetting(stack, "driver"), () => hasVagrant);
  return driverIf(true) !== driverIf(false) && !isOnPath("vagrant");
}

export function machines(stack = defaultStack): Machines {
  return machinesOf(driver(stack), stack);
}

/** True when Vagrant is installed, or when the system has a package of it. */
function canHaveVagrant(): boolean {
  if (isOnPath("vagrant")) {
    return true;
  }
  return isOnPath("apt-cache") && isAvailable("vagrant");
}
