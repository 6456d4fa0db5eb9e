import { Command } from "commander";
import { outputs } from "../../../lab/outputs.js";
import { root } from "../../../lab/paths.js";
import { median } from "../../../tools/bench/median.js";
import { comparisons, waysOf } from "../../../tools/bench/start/ways.js";
import { integerUpTo } from "../../options.js";
import { defaultStack, ready } from "../../pulumi.js";

export const benchStart = new Command("start")
  .description("measure `npm start` with each driver against its machines alone and bare QEMU")
  .option("--rounds <n>", "how often each is measured, in turns", integerUpTo(100), 3)
  .option("--json", "for programs")
  .action(async ({ rounds, json }: { rounds: number; json?: boolean }) => {
    await ready(defaultStack);
    if (Object.keys(await outputs(defaultStack)).length > 0) {
      throw new Error("The lab is up; measuring needs it down: run `npm run destroy`.");
    }
    const ways = waysOf(root, defaultStack);
    const figures: Record<string, number[]> = {};
    for (let round = 1; round <= rounds; round++) {
      for (const way of ways) {
        const took = await way.up();
        (figures[way.name] ??= []).push(took);
        console.error(`round ${round}: ${way.name} ${took} s`);
        await way.down();
      }
    }
    console.log(json ? JSON.stringify(figures) : table(figures));
  });

/** A table with the median of each way to start, and the ratios worth comparing. */
function table(figures: Record<string, number[]>): string {
  const medians = Object.entries(figures).map(([name, all]) => [name, median(all)] as const);
  const of = new Map(medians);
  const ratios = comparisons.flatMap(([one, other]) => {
    const [a, b] = [of.get(one), of.get(other)];
    return a === undefined || b === undefined
      ? []
      : [`${one}: ${(a / b).toFixed(2)} times ${other}`];
  });
  return [...medians.map(([name, took]) => `${name}: ${took} s`), ...ratios].join("\n");
}
