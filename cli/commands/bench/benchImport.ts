import { Command } from "commander";
import { measureImport, start } from "../../../tools/bench/import.js";
import { median } from "../../../tools/bench/median.js";
import { integerUpTo } from "../../options.js";

export const benchImport = new Command("import")
  .description("measure `npm run import` of long files against its bare start")
  .option("--rounds <n>", "how often each is measured, in turns", integerUpTo(100), 3)
  .option("--json", "for programs")
  .action(async ({ rounds, json }: { rounds: number; json?: boolean }) => {
    const figures = await measureImport(rounds, (line) => {
      console.error(line);
    });
    console.log(json ? JSON.stringify(figures) : table(figures));
  });

function table(figures: Record<string, number[]>): string {
  const bare = median(figures[start] ?? []);
  return Object.entries(figures)
    .map(([name, all]) => [name, median(all)] as const)
    .map(([name, took]) => `${name}: ${took} s, ${(took / bare).toFixed(2)} times the bare start`)
    .join("\n");
}
