import { Command } from "commander";
import { withEarlyProviders } from "../earlyProviders.js";
import { defaultStack, operateWith, pulumi, ready } from "../pulumi.js";

export const preview = forwarding("preview", "show what `up` would change");
export const up = forwarding("up", "make it so, and prove it with traffic", ["--yes"]);

export const passThrough = new Command("pulumi")
  .description("Pulumi itself, with the lab's home and state: npm run pulumi -- ARGS")
  .argument("[args...]")
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .action(async (args: string[]) => {
    await ready(defaultStack);
    await pulumi(...args);
  });

/** A command that runs the Pulumi command of the same name and hands its options on. */
function forwarding(name: string, description: string, own: string[] = []): Command {
  return new Command(name)
    .description(`${description}; takes Pulumi's own options`)
    .argument("[args...]")
    .option("--stack <name>", "the stack", defaultStack)
    .allowUnknownOption()
    .action(async (args: string[], { stack }: { stack: string }) => {
      await withEarlyProviders(stack, async (early) => {
        await ready(stack);
        await operateWith(early, stack, name, ...own, ...args);
      });
    });
}
