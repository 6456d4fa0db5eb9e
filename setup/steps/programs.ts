import { execa } from "execa";
import { isOnPath } from "../../providers/qemu/driver.js";
import { driver } from "../driver.js";
import { aptInstall, aptUpdate } from "../programs/apt.js";
import { remediesFor, lines, missingOf, type MissingProgram } from "../programs/missing.js";
import type { ProgramName } from "../programs/packages.js";
import { thisSystem, type System } from "../programs/system.js";
import type { Step } from "./step.js";

/** True when VirtualBox runs the machines: it is installed, and libvirt is not. */
export function onVirtualBox(): boolean {
  return (
    driver() === "vagrant" && isOnPath("VBoxManage") && isOnPath("vagrant") && !isOnPath("virsh")
  );
}

const clients: ProgramName[] = ["ssh", "ssh-keygen"];
const forBox: ProgramName[] = [
  ...(["bash", "flock", "qemu-img", "mmdebstrap", "apt-get", "mke2fs", "ssh-keygen"] as const),
];
/** The programs that build the box, and run machines of it without Vagrant. */
export const forQemu: ProgramName[] = [...forBox, "qemu-system-x86_64", "ssh"];
const forVagrant: ProgramName[] = ["vagrant", "vagrant-libvirt", "libvirtd", "virsh"];

/** The programs of other projects that a lab needs. `extra` programs are needed by some commands only. */
export function programs(extra: ProgramName[] = []): Step {
  return stepOf("Programs", () => [...needed(), ...extra]);
}

/** The few of them that build the machines' box. */
export function boxPrograms(): Step {
  return stepOf("Programs that build the box", () => [...forBox, ...forNormalUser()]);
}

function stepOf(name: string, all: () => ProgramName[]): Step {
  const lacking = () => missingOf(all());
  return {
    name,
    isDone: () => lacking().length === 0,
    get missing() {
      return remediesFor(lacking(), thisSystem());
    },
    get remedy() {
      return lines(remediesFor(lacking(), thisSystem())).join("\n");
    },
    run: (report) => install(lacking(), report),
  };
}

/** Installs programs with apt. @throws Error with a command for each program, when apt cannot install them here. */
export async function install(names: ProgramName[], report: (line: string) => void): Promise<void> {
  const system = thisSystem();
  if (system.manager !== "apt" || !(await canBecomeRoot(system))) {
    throw missingError(remediesFor(names, system));
  }
  await aptUpdate(system, report);
  const packages = new Set(remediesFor(names, system).flatMap((one) => one.package ?? []));
  if (packages.size > 0) {
    await aptInstall([...packages], system, report);
  }
  const still = remediesFor(missingOf(names), system);
  if (still.length > 0) {
    throw missingError(still);
  }
}

function missingError(missing: MissingProgram[]): Error {
  const told = lines(missing).map((line) => `  ${line}`);
  return new Error(["These programs are missing; install them and try again:", ...told].join("\n"));
}

function needed(): ProgramName[] {
  if (onVirtualBox()) {
    return clients;
  }
  return [...(driver() === "vagrant" ? forVagrant : []), ...forQemu, ...forNormalUser()];
}

function forNormalUser(): ProgramName[] {
  return thisSystem().isRoot ? [] : ["newuidmap"];
}

/** True when this user can become root: sudo may ask for a password only at a terminal. */
export async function canBecomeRoot({ elevation }: System): Promise<boolean> {
  const program = elevation.trim();
  if (program === "") {
    return true;
  }
  if (!isOnPath(program)) {
    return false;
  }
  return (
    process.stdin.isTTY || (await execa(program, ["-n", "true"], { reject: false })).exitCode === 0
  );
}
