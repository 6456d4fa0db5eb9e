import { dependsOnPackages } from "../driver.js";
import { aptUpdate, hasNoLists } from "../programs/apt.js";
import { missingOf } from "../programs/missing.js";
import { thisSystem } from "../programs/system.js";
import { canBecomeRoot, forQemu } from "./programs.js";
import type { Step } from "./step.js";

/**
 * apt's package lists, which a minimal system lacks. Without them set-up would find no package of Vagrant, and would
 * choose another driver than after the next `apt-get update`.
 */
export const packageLists: Step = {
  name: "apt's lists of packages",
  get remedy() {
    return `${thisSystem().elevation}apt-get update`;
  },
  isDone: async () =>
    thisSystem().manager !== "apt" ||
    !hasNoLists() ||
    !dependsOnPackages() ||
    // Existing lists are used as they are.
    missingOf(forQemu).length === 0 ||
    !(await canBecomeRoot(thisSystem())),
  run: (report) => aptUpdate(thisSystem(), report),
};
