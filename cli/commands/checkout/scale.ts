import { Command, InvalidArgumentError } from "commander";
import { integerUpTo } from "../../options.js";

const directors = integerUpTo(1000);

export const scale = new Command("scale")
  .description("compute and simulate which connections move when a router's directors change")
  .option("--directors <list>", "numbers of directors", listOf, [3, 10, 100])
  .option("--members <n>", "members of the service", integerUpTo(1000), 5)
  .option("--connections <n>", "connections", integerUpTo(10_000_000), 100_000)
  .option("--buckets <n>", "buckets of a resilient group", integerUpTo(65_535), 4096)
  .option("--seed <n>", "another number for other clients", integerUpTo(2 ** 31), 1)
  .option("--json", "for programs")
  .action(async ({ json, ...options }: Options) => {
    const { results } = await import("../../../tools/scale/simulation.js");
    const { markdown } = await import("../../../tools/scale/report.js");
    const found = results(options);
    console.log(json ? JSON.stringify(found) : markdown(found));
  });

interface Options {
  directors: number[];
  members: number;
  connections: number;
  buckets: number;
  seed: number;
  json?: boolean;
}

function listOf(value: string): number[] {
  const list = value.split(",").map(directors);
  if (list.some((n) => n < 2)) {
    throw new InvalidArgumentError("One director of one cannot be lost.");
  }
  return list;
}
