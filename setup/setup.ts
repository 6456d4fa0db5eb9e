import { join } from "node:path";
import { enterEnvironment } from "../lab/environment.js";
import { cache } from "../lab/paths.js";
import { locked } from "../providers/qemu/lock.js";
import { duration } from "./display/duration.js";
import { glyphs } from "./display/glyphs.mjs";
import { withFullDisk } from "./display/space.js";
import { programs as table, type ProgramName } from "./programs/packages.js";
import { programFile, thisSystem } from "./programs/system.js";
import { boxFor, boxStep } from "./steps/box.js";
import { packageLists } from "./steps/packageLists.js";
import { onVirtualBox, programs } from "./steps/programs.js";
import { commandPlugin } from "./steps/pulumi/commandPlugin.js";
import { languageHost } from "./steps/pulumi/languageHost.js";
import { pulumiCli } from "./steps/pulumi/pulumiCli.js";
import { sdkGenerator } from "./steps/pulumi/sdkGenerator.js";
import { sshKey } from "./steps/sshKey.js";
import type { Step } from "./steps/step.js";
import { userNamespaces } from "./steps/userNamespaces.js";

/** The steps that a lab needs, in order. `extra` programs and `more` steps are needed by some commands only. */
export function steps(extra: ProgramName[] = [], more: Step[] = []): Step[] {
  const { isRoot } = thisSystem();
  const box = boxStep(boxFor());
  return [
    ...[programs(extra), pulumiCli, languageHost, sdkGenerator, commandPlugin],
    ...(onVirtualBox() ? [] : [sshKey, ...(isRoot ? [] : [userNamespaces(box)]), box]),
    ...more,
  ];
}

/** Puts in place what is missing, and sets Pulumi's variables. */
export async function setUp(extra: ProgramName[] = [], more: Step[] = []): Promise<void> {
  // First, as the other steps depend on the driver.
  await runMissingSteps([packageLists]);
  await runMissingSteps(steps(extra, more));
  enterEnvironment();
  if (extra.includes("chromium")) {
    // Tests and measurements start Chromium by its path, because its name differs between systems.
    process.env.IPVS_LAB_CHROMIUM ??= programFile(...table.chromium.files);
  }
}

/** Runs the steps that are not done, and prints the duration of each. Prints nothing when all are done. */
export async function runMissingSteps(all: Step[]): Promise<void> {
  for (const step of all) {
    if (!(await step.isDone())) {
      await runExclusively(step);
    }
  }
}

/** Runs a step while no other set-up runs: the results are shared by all checkouts of this user. */
async function runExclusively(step: Step): Promise<void> {
  if (programFile("flock") === undefined) {
    await runStep(step);
    return;
  }
  const wait = () => {
    console.error(`  ${step.name}: another set-up is at work, this one waits for it`);
  };
  await locked(join(cache, "setup.lock"), wait, async () => {
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
