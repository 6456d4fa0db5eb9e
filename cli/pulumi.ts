import { execa } from "execa";
import { dropDeadLocks } from "../lab/locks.js";
import { root } from "../lab/paths.js";
import { isSelected } from "../lab/selectedStack.js";
import { makeStack, takeSaltOut } from "../lab/settings.js";
import { isInState } from "../lab/stackFile.js";
import { defaultStack } from "../lab/stackSetting.js";
import { setUp } from "../setup/setup.js";
import { display } from "./display/run.js";
import type { EarlyProviders } from "./earlyProviders.js";

export { defaultStack };

/** Sets up what is missing and makes sure that the stack exists. */
export async function ready(stack: string): Promise<void> {
  await setUp();
  dropDeadLocks(stack);
  if (isInState(stack) && isSelected(stack)) {
    await takeSaltOut(stack);
    return;
  }
  const selecting = execa("pulumi", ["stack", "select", stack], { cwd: root, reject: false });
  // Only a plain `pulumi` needs the selected stack, so if the stack exists, nothing waits for the selection.
  const isThere = isInState(stack) || (await selecting).exitCode === 0;
  await (isThere ? takeSaltOut(stack) : makeStack(stack));
}

/** Runs Pulumi with its own display. Ends this process with Pulumi's status when it fails. */
export async function pulumi(...args: string[]): Promise<void> {
  const { exitCode } = await execa("pulumi", args, { cwd: root, stdio: "inherit", reject: false });
  if (exitCode !== 0) {
    process.exit(exitCode ?? 1);
  }
}

/**
 * Runs one of Pulumi's operations on a stack, with the display that suits the output. Ends this process with Pulumi's
 * status when it fails.
 */
export async function operate(stack: string, operation: string, ...args: string[]): Promise<void> {
  await operateWith(undefined, stack, operation, ...args);
}

/** The same with providers that were started before. */
export async function operateWith(
  early: EarlyProviders | undefined,
  stack: string,
  operation: string,
  ...args: string[]
): Promise<void> {
  const status = await display(stack, operation, args, early);
  if (status !== 0) {
    process.exit(status);
  }
}
