import { existsSync } from "node:fs";
import { join } from "node:path";
import { state } from "./paths.js";

/** The file of a stack in the project's own state. */
export function stateFile(stack: string): string {
  return join(state, ".pulumi/stacks/ipvs-lab", `${stack}.json`);
}

/** True when the project's own state has the stack; false when another backend has the state, or does not have it. */
export function isInState(stack: string): boolean {
  return process.env.IPVS_LAB_BACKEND_URL === undefined && existsSync(stateFile(stack));
}
