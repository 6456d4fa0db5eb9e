import { existsSync } from "node:fs";
import { join } from "node:path";
import { state } from "./paths.js";

/** True when the project's own state has the stack; false when another backend has the state, or does not have it. */
export function isInState(stack: string): boolean {
  return (
    process.env.IPVS_LAB_BACKEND_URL === undefined &&
    existsSync(join(state, ".pulumi/stacks/ipvs-lab", `${stack}.json`))
  );
}
