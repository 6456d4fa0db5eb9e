import { Command } from "commander";
import { enterEnvironment } from "../../lab/environment.js";
import { labOf } from "../../lab/lab.js";
import { comparable, comparisonIn, addressAndPort } from "../compare/lab.js";
import { Comparison } from "../compare/phases.js";
import { explanation, table } from "../compare/report.js";
import { runAndUndo } from "../compare/undoable.js";
import { sayDoing } from "../display/progress.js";
import { integerUpTo } from "../options.js";
import { defaultStack } from "../pulumi.js";

interface Options {
  stack: string;
  requests: number;
  rate: number;
  from?: string;
  json?: boolean;
}

export const compare = new Command("compare")
  .description(
    "show the balanced service beside the static redirection: both under the same load, while a backend runs, stops and comes back",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .option("--requests <n>", "requests to each in every phase, 1 to 10000", integerUpTo(10000), 40)
  .option("--rate <n>", "requests a second to each, 1 to 1000", integerUpTo(1000), 20)
  .option("--from <machine>", "the machine that asks (default: one that is not the director)")
  .option("--json", "for programs")
  .addHelpText(
    "after",
    "\nThe backend's web server is really stopped, and its weight set to 0. Both are put back at the end,\nalso after Ctrl-C or a failure.",
  )
  .action(async (options: Options) => {
    enterEnvironment();
    const { stack, requests, rate } = options;
    const { balanced, redirected, ...lab } = comparable(stack, await labOf(stack));
    const found = comparisonIn(stack, { balanced, redirected, ...lab }, options);
    const comparison = new Comparison(found.compared, found.ways, sayDoing);
    const phases = await runAndUndo(comparison);
    if (options.json) {
      const head = { from: found.client, requests, rate, balanced, redirected };
      console.log(JSON.stringify({ ...head, phases }, null, 2));
    } else {
      const titles: [string, string] = [
        `balanced: ${addressAndPort(balanced.url)}, ${balanced.scheduler}`,
        `redirected: ${addressAndPort(redirected.url)} to ${redirected.target.name}`,
      ];
      console.log(
        `\n${requests} requests to each in every phase, ${rate} a second, from ${found.client}`,
      );
      console.log(`\n${table(phases, titles)}\n\n${explanation(phases, redirected.target.name)}`);
    }
  });
