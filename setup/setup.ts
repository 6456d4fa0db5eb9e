import { glyphs } from "./display/glyphs.mjs";
import { duration } from "./display/words.js";
import { enterEnvironment } from "./environment.js";
import { boxFor, boxStep } from "./steps/box.js";
import { commandPlugin } from "./steps/commandPlugin.js";
import { debianPackages, onVirtualBox } from "./steps/debianPackages.js";
import { languageHost } from "./steps/languageHost.js";
import { sdkGenerator } from "./steps/sdkGenerator.js";
import { pulumiCli } from "./steps/pulumiCli.js";
import { sshKey } from "./steps/sshKey.js";
import type { Step } from "./steps/step.js";

/** What a lab needs, in order; `extra` packages of Debian and `more` steps only some commands need. */
export function steps(extra: string[] = [], more: Step[] = []): Step[] {
  return [
    ...[debianPackages(extra), pulumiCli, languageHost, sdkGenerator, commandPlugin],
    ...(onVirtualBox() ? [] : [sshKey, boxStep(boxFor())]),
    ...more,
  ];
}

/** Puts in place what is missing, each step with its duration; says nothing where all is there. */
export async function setUp(extra: string[] = [], more: Step[] = []): Promise<void> {
  for (const step of steps(extra, more)) {
    if (!(await step.isDone())) {
      await carryOut(step);
    }
  }
  enterEnvironment();
}

/**
 * Plain lines instead of a moving display: they read the same at a terminal, in a log of CI and
 * around a password prompt of sudo. To standard error, as some commands' output is for programs.
 */
export async function carryOut(step: Step): Promise<void> {
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
    throw error;
  } finally {
    clearInterval(progress);
  }
}
