import { Command, Option } from "commander";
import { labOf } from "../../lab/lab.js";
import { outputs } from "../../lab/outputs.js";
import { type Shape, shapeLines, shapeNames, stackOf } from "../../lab/shapes.js";
import { commandFor, stackWords } from "../../lab/stackSetting.js";
import { duration } from "../../setup/display/duration.js";
import { withEarlyProviders } from "../earlyProviders.js";
import { defaultStack, operateWith, ready } from "../pulumi.js";
import { showFailover } from "./failover.js";
import { printProof } from "./verify.js";

interface Options {
  stack?: string;
  shape?: Shape;
}

export const start = new Command("start")
  .description("set up what is missing, bring the lab up, and show who answers")
  .option("--stack <name>", `the stack (default: "${defaultStack}")`)
  .addOption(
    new Option("--shape <name>", "another lab, with a stack of its own").choices(shapeNames),
  )
  .addHelpText("after", `\nShapes:\n${shapeLines()}`)
  .action(async (options: Options) => {
    const stack = stackFor(options);
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
    const lab = await labOf(stack);
    if (lab.balanced.moreDirectors) {
      console.log();
      await showFailover(stack, lab);
    }
    const end = commandFor(stack, "npm run destroy");
    console.log(
      `\nThe lab is up (${duration((Date.now() - begin) / 1000)}). \`npm run ssh --${stackWords(stack)} ${lab.balanced.director}\` opens the director, \`${end}\` ends it.`,
    );
  });

/** The stack to bring up. @throws Error when a shape and a stack contradict each other. */
function stackFor({ stack, shape }: Options): string {
  if (shape === undefined) {
    return stack ?? defaultStack;
  }
  const own = stackOf(shape);
  if (stack !== undefined && stack !== own) {
    throw new Error(`--shape ${shape} has the stack ${own}: leave out --stack ${stack}`);
  }
  return own;
}
