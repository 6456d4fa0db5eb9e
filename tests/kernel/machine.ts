import { execFileSync } from "node:child_process";
import { Machine } from "../../report/testbed/machine";

export type {
  Answer,
  Connection,
  RunResult,
  Machine,
  Node,
  Opened,
  Protocol,
} from "../../report/testbed/machine";

/** The machine under test. IPVS_LAB_KERNEL_SSH has the arguments of ssh(1): `npm run test:kernel` sets it. */
export function connect(): Machine {
  return new Machine({ file: "ssh", args: target() });
}

/** True when the machine's kernel has a module; asked at once, as tests are named before any of them runs. */
export function hasModule(name: string): boolean {
  const ask = `PATH=$PATH:/usr/sbin:/sbin modinfo -F filename ${name} 2>/dev/null || true`;
  return execFileSync("ssh", [...target(), ask]).length > 0;
}

function target(): string[] {
  const words = process.env.IPVS_LAB_KERNEL_SSH;
  if (!words) {
    throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:kernel`");
  }
  return words.split(" ");
}
