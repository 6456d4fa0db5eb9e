import { Command } from "commander";
import { outputs } from "../../lab/outputs.js";
import { duration } from "../../setup/display/duration.js";
import { defaultStack, operate, ready } from "../pulumi.js";
import { printProof } from "./verify.js";

export const start = new Command("start")
  .description("set up what is missing, bring the lab up, and show who answers")
  .option("--stack <name>", "the stack", defaultStack)
  .action(async ({ stack }: { stack: string }) => {
    const begin = Date.now();
    await ready(stack);
    const wasUp = "answers" in (await outputs(stack));
    // The preview comes first, so that a wrong setting or a policy stops the run before anything is touched.
    await operate(stack, "up", "--yes", "--policy-pack", "policy", "--suppress-outputs");
    // `up` has just proven a lab that it brought up; an older lab is asked again.
    await printProof(stack, wasUp);
    console.log(
      `\nThe lab is up (${duration((Date.now() - begin) / 1000)}). \`npm run ssh -- machine1\` opens the director, \`npm run destroy\` ends it.`,
    );
  });
