import type { ProgramName } from "../programs/packages.js";
import { thisSystem } from "../programs/system.js";
import { boxFor, boxStep, boxSteps } from "./box.js";
import { boxPrograms, onVirtualBox, programs } from "./programs.js";
import { runMissingSteps } from "./runMissingSteps.js";
import { sshKey } from "./sshKey.js";
import type { Step } from "./step.js";
import { userNamespaces } from "./userNamespaces.js";

/** The steps that the lab's machines need, in order. `extra` programs are needed by some commands only. */
export function machineSteps(extra: ProgramName[] = []): Step[] {
  return onVirtualBox()
    ? [programs(extra)]
    : [programs(extra), ...beforeBox(), ...boxSteps(boxFor())];
}

/** Runs the same steps, and builds the box beside the installation of the programs that it does not need. */
export async function runMachineSteps(): Promise<void> {
  if (onVirtualBox()) {
    await runMissingSteps([programs()]);
    return;
  }
  await runMissingSteps([boxPrograms()]);
  await Promise.all([
    runMissingSteps([programs()], "programs"),
    runMissingSteps([...beforeBox(), boxStep(boxFor())]),
  ]);
  await runMissingSteps(machineSteps());
}

function beforeBox(): Step[] {
  return [sshKey, ...(thisSystem().isRoot ? [] : [userNamespaces(boxStep(boxFor()))])];
}
