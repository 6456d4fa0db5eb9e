import { thisSystem } from "../programs/system.js";
import { runMachineSteps } from "../steps/machineSteps.js";
import { packageLists } from "../steps/packageLists.js";
import { canBecomeRoot, programs } from "../steps/programs.js";
import { runMissingSteps } from "../steps/runMissingSteps.js";

const system = thisSystem();
const canInstall = system.manager === "apt" && (await canBecomeRoot(system));
if (canInstall || (await programs().isDone())) {
  // A step that fails is tried again by the set-up that follows, which says why.
  try {
    await runMissingSteps([packageLists]);
    await runMachineSteps();
  } catch {
    process.exitCode = 1;
  }
}
