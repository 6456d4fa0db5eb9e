import { Command } from "commander";
import { withKernelMachine } from "../../../setup/kernelMachine.js";
import { setUp } from "../../../setup/setup.js";
import {
  benchShares,
  type SharesOptions,
  type SharesRun,
  summarizeShares,
} from "../../../tools/bench/directors/shares.js";
import { integerUpTo } from "../../options.js";

export const benchDirectors = new Command("directors")
  .description("measure the new connections a second of three active directors against one")
  .option("--share <percent>", "what each director gets of one processor", integerUpTo(30), 4)
  .option("--seconds <n>", "how long each run is", integerUpTo(600), 5)
  .option("--rounds <n>", "how often each is measured, in turns", integerUpTo(100), 5)
  .option("--json", "for programs")
  .action(async ({ json, ...options }: SharesOptions & { json?: boolean }) => {
    await setUp();
    const runs: SharesRun[] = [];
    await withKernelMachine((login) =>
      benchShares(login, options, (run) => {
        runs.push(run);
        const each = run.directors.map(({ connections, used }) => `${connections} (${used} %)`);
        console.error(
          `${run.routed} of 3 have the route: ${each.join(", ")} new connections a second`,
        );
      }),
    );
    const { one, three, ratio } = summarizeShares(runs);
    console.log(
      json
        ? JSON.stringify(runs)
        : `new connections a second: one director ${one}, three ${three}, ${ratio} times`,
    );
  });
