import type { Lab } from "../../lab/lab.js";
import { comparable } from "../compare/lab.js";
import { failoverMachines } from "../failover/machines.js";

export const parts = ["distribution", "latency", "comparison", "failover"] as const;
export type Part = (typeof parts)[number];

export interface ChosenParts {
  parts: Part[];
  /** A sentence for each part that is left out because the lab does not have what it needs. */
  notes: string[];
}

/** Parts that not every lab can have. Each throws an Error that says what the lab lacks, and how to get it. */
const needs: Partial<Record<Part, (stack: string, lab: Lab) => unknown>> = {
  comparison: comparable,
  failover: failoverMachines,
};

/**
 * The parts to measure in a lab: those that were asked for, or else those that it can have.
 * @throws Error when a part was asked for that the lab cannot have.
 */
export function chooseParts(stack: string, lab: Lab, only?: readonly Part[]): ChosenParts {
  const chosen: ChosenParts = { parts: [], notes: [] };
  for (const part of parts.filter((one) => only?.includes(one) ?? true)) {
    try {
      needs[part]?.(stack, lab);
      chosen.parts.push(part);
    } catch (error) {
      if (only) {
        throw error;
      }
      chosen.notes.push(`no ${part}: ${(error as Error).message}`);
    }
  }
  return chosen;
}
