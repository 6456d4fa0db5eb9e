import { enterEnvironment } from "../lab/environment.js";
import { ended } from "./early/early.mjs";
import { programs as table, type ProgramName } from "./programs/packages.js";
import { programFile } from "./programs/system.js";
import { machineSteps } from "./steps/machineSteps.js";
import { packageLists } from "./steps/packageLists.js";
import { commandPlugin } from "./steps/pulumi/commandPlugin.js";
import { languageHost } from "./steps/pulumi/languageHost.js";
import { pulumiCli } from "./steps/pulumi/pulumiCli.js";
import { sdkGenerator } from "./steps/pulumi/sdkGenerator.js";
import { runMissingSteps } from "./steps/runMissingSteps.js";
import type { Step } from "./steps/step.js";

const pulumiSteps = [pulumiCli, languageHost, sdkGenerator, commandPlugin];

/** The steps that every lab needs. */
export function steps(): Step[] {
  return [...machineSteps(), ...pulumiSteps];
}

/**
 * Puts in place what is missing, and sets Pulumi's variables.
 * @param extra Programs that only some commands need.
 * @param more Steps that only some commands need.
 */
export async function setUp(extra: ProgramName[] = [], more: Step[] = []): Promise<void> {
  try {
    // Pulumi first: meanwhile the early set-up is at work on the machines.
    await runMissingSteps(pulumiSteps, "pulumi");
  } finally {
    await ended();
  }
  // Before the others, as these depend on the driver.
  await runMissingSteps([packageLists]);
  await runMissingSteps([...machineSteps(extra), ...more]);
  enterEnvironment();
  if (extra.includes("chromium")) {
    // Tests and measurements start Chromium by its path, because its name differs between systems.
    process.env.IPVS_LAB_CHROMIUM ??= programFile(...table.chromium.files);
  }
}
