import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { root } from "../../../lab/paths.js";
import { setUp } from "../../../setup/setup.js";
import { watchDrift } from "../../drift/watchDrift.js";
import { defaultStack, ready } from "../../pulumi.js";

interface Options {
  stack: string;
  cwd?: string;
  every?: number;
  repair?: boolean;
  json?: boolean;
  exec?: string;
}

export const drift = new Command("drift")
  .description(
    "say what differs from what is declared, once or again and again; repair it if asked",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .option(
    "--cwd <folder>",
    "the folder of another Pulumi project, such as examples/existing-servers",
    projectFolder,
  )
  .option(
    "--every <time>",
    "look again after this time, such as 30s, 5m or 1h; else once",
    duration,
  )
  .option("--repair", "repair what has drifted, unless the program has changes of its own")
  .addOption(
    new Option("--json", "for programs: a line of JSON for all that is new").conflicts("exec"),
  )
  .option(
    "--exec <command>",
    "run this with a shell when something is new, with the JSON as its input",
  )
  .addHelpText(
    "after",
    `
Exit status: 0 if all is as declared or was repaired, 2 if something differs, 1 if that is not known or repairing
failed. With --every it runs until a signal comes, lets a preview that runs come to its end, and ends with 0.
See docs/operations.md.`,
  )
  .action(async ({ stack, cwd, repair = false, json = false, ...options }: Options) => {
    await (cwd === undefined ? ready(stack) : setUp());
    process.exitCode = await watchDrift({ ...options, stack, folder: cwd ?? root, repair, json });
  });

/** Milliseconds in each unit of time. */
const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A parser for a time from ten seconds to a week: "90s", "5m", "1h". */
function duration(value: string): number {
  const [, number, unit = ""] = /^(\d+)([smh])$/.exec(value) ?? [];
  const time = Number(number) * (units[unit] ?? NaN);
  if (!(time >= 10_000 && time <= 7 * 24 * 3_600_000)) {
    throw new InvalidArgumentError("It must be a time from 10s to 168h, such as 90s, 5m or 1h.");
  }
  return time;
}

/** Relative to where npm was called, as npm runs commands in this project's folder. */
function projectFolder(value: string): string {
  const folder = resolve(process.env.INIT_CWD ?? "", value);
  if (!existsSync(join(folder, "Pulumi.yaml"))) {
    throw new InvalidArgumentError(`There is no Pulumi.yaml in ${folder}.`);
  }
  return folder;
}
