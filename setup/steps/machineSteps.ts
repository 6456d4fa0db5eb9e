import type { ProgramName } from "../programs/packages.js";
import { thisSystem } from "../programs/system.js";
import { boxFor, boxStep } from "./box.js";
import { onVirtualBox, programs } from "./programs.js";
import { sshKey } from "./sshKey.js";
import type { Step } from "./step.js";
import { userNamespaces } from "./userNamespaces.js";

/** The steps that the lab's machines need, in order. `extra` programs are needed by some commands only. */
export function machineSteps(extra: ProgramName[] = []): Step[] {
  if (onVirtualBox()) {
    return [programs(extra)];
  }
  const box = boxStep(boxFor());
  const { isRoot } = thisSystem();
  return [programs(extra), sshKey, ...(isRoot ? [] : [userNamespaces(box)]), box];
}
