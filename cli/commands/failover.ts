import { Command } from "commander";
import { enterEnvironment } from "../../lab/environment.js";
import { type Lab, labOf } from "../../lab/lab.js";
import { runAndUndo } from "../compare/undoable.js";
import { sayDoing } from "../display/progress.js";
import { Failover } from "../failover/failover.js";
import { failureOf, resultLines } from "../failover/result.js";
import { defaultStack } from "../pulumi.js";

interface Options {
  stack: string;
  json?: boolean;
}

export const failover = new Command("failover")
  .description(
    "pull the cable of the director that has the address, or that carries most where all are at work, while a client makes requests and downloads, and show what happens",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .option("--json", "for programs")
  .addHelpText(
    "after",
    "\nThe lab needs several directors, as `npm start -- --shape pair` or anycast makes it. The cable is plugged in again\nat the end, also after Ctrl-C or a failure.",
  )
  .action(async ({ stack, json }: Options) => {
    enterEnvironment();
    await showFailover(stack, await labOf(stack), json);
  });

/** Makes one director fail, and prints what happened. @throws Error when connections were lost. */
export async function showFailover(stack: string, lab: Lab, json = false): Promise<void> {
  const result = await runAndUndo(new Failover(stack, lab, sayDoing));
  console.log(json ? JSON.stringify(result, null, 2) : `\n${resultLines(result).join("\n")}`);
  const failure = failureOf(result);
  if (failure !== undefined) {
    throw new Error(failure);
  }
}
