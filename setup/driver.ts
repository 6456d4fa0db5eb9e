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
 * The driver of a stack's machines. Where nothing says which, it is Vagrant on systems that have it, or a package of it
 * that set-up installs.
 */
export function driver(stack = defaultStack): Driver {
  const own =
    chosen.get(stack) ?? driverOf(root, stack, stackSetting(stack, "driver"), canHaveVagrant);
  chosen.set(stack, own);
  return own;
}

export function machines(stack = defaultStack): Machines {
  return machinesOf(driver(stack), stack);
}

/** True also before set-up has installed it, on a system that has it among its packages. */
function canHaveVagrant(): boolean {
  if (isOnPath("vagrant")) {
    return true;
  }
  return isOnPath("apt-cache") && isAvailable("vagrant");
}
