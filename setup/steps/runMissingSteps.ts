import { join } from "node:path";
import { cache } from "../../lab/paths.js";
import { locked } from "../../providers/qemu/lock.js";
import { duration } from "../display/duration.js";
import { glyphs } from "../display/glyphs.mjs";
import { withFullDisk } from "../display/space.js";
import { programFile } from "../programs/system.js";
import type { Step } from "./step.js";

/** The results that steps change, which all checkouts of this user share: one set-up at a time works on each. */
export type Shared = "machines" | "programs" | "pulumi";

/** Runs the steps that are not done, and prints the duration of each. Prints nothing when all are done. */
export async function runMissingSteps(all: Step[], shared: Shared = "machines"): Promise<void> {
  for (const step of all) {
    if (!(await step.isDone())) {
      await runExclusively(step, shared);
    }
  }
}

/** Runs a step while no other set-up works on the same. */
async function runExclusively(step: Step, shared: Shared): Promise<void> {
  if (programFile("flock") === undefined) {
    await runStep(step);
    return;
  }
  const wait = () => {
    console.error(`  ${step.name}: another set-up is at work, this one waits for it`);
  };
  await locked(join(cache, `setup-${shared}.lock`), wait, async () => {
    // The set-up that this one waited for may have done it.
    if (!(await step.isDone())) {
      await runStep(step);
    }
  });
}

/**
 * Prints plain lines instead of a moving display: they read the same at a terminal, in a log of CI and around a
 * password prompt of sudo. They go to standard error, because programs read some commands' output.
 */
async function runStep(step: Step): Promise<void> {
  const start = Date.now();
  const seconds = () => duration((Date.now() - start) / 1000);
  let doing = "";
  console.error(`${glyphs.doing} ${step.name} ${glyphs.more}`);
  const progress = setInterval(() => {
    console.error(`  ${step.name}: ${seconds()}${doing ? `, ${doing}` : ""}`);
  }, 5000);
  try {
    await step.run((line) => {
      doing = line.trim() || doing;
    });
    console.error(`${glyphs.done} ${step.name} (${seconds()})`);
  } catch (error) {
    console.error(`${glyphs.failed} ${step.name} (${seconds()})`);
    throw withFullDisk(error);
  } finally {
    clearInterval(progress);
  }
}
