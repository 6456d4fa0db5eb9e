import { Command } from "commander";
import { defaultStack, pulumi, ready } from "../pulumi.js";
import { proveAndPrint } from "./verify.js";

export const start = new Command("start")
  .description("set up what is missing, bring the lab up, and show who answers")
  .option("--stack <name>", "the stack", defaultStack)
  .action(async ({ stack }: { stack: string }) => {
    await ready(stack);
    // The preview comes first, so that a wrong setting or a policy stops before anything is touched.
    await pulumi("up", "--yes", "--stack", stack, "--policy-pack", "policy", "--suppress-outputs");
    await proveAndPrint(stack);
    console.log(
      "\nThe lab is up. `npm run ssh -- machine1` opens the director, `npm run destroy` ends it.",
    );
  });
