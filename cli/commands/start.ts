import { Command } from "commander";
import { outputs } from "../../lab/outputs.js";
import { duration } from "../../setup/display/duration.js";
import { withEarlyProviders } from "../earlyProviders.js";
import { defaultStack, operateWith, ready } from "../pulumi.js";
import { printProof } from "./verify.js";

export const start = new Command("start")
  .description("set up what is missing, bring the lab up, and show who answers")
  .option("--stack <name>", "the stack", defaultStack)
  .action(async ({ stack }: { stack: string }) => {
    const begin = Date.now();
    const wasUp = await withEarlyProviders(stack, async (early) => {
      await ready(stack);
      const answers = "answers" in (await outputs(stack));
      // The preview comes first, so that a wrong setting or a policy stops the run before anything is touched.
      const options = ["--yes", "--policy-pack", "policy", "--suppress-outputs"];
      await operateWith(early, stack, "up", ...options);
      return answers;
    });
    // `up` has just proven a lab that it brought up; an older lab is asked again.
    await printProof(stack, wasUp);
    console.log(
      `\nThe lab is up (${duration((Date.now() - begin) / 1000)}). \`npm run ssh -- machine1\` opens the director, \`npm run destroy\` ends it.`,
    );
  });
