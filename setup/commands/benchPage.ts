import { Command } from "commander";
import { benchPage as measurePage } from "../../bench/watchPage.js";
import { setUp } from "../setup.js";

export const benchPage = new Command("page")
  .description("measure how smoothly the page of `npm run watch` moves, beside an empty page")
  .option("--members <n>", "members of the service", Number, 1000)
  .option("--rate <n>", "answers a second, of each of both addresses", Number, 2000)
  .option("--seconds <n>", "how long frames are counted", Number, 10)
  .option("--json", "for programs")
  .action(async ({ json, ...work }: Parameters<typeof measurePage>[0] & { json?: boolean }) => {
    await setUp(["chromium"]);
    const figures = await measurePage(work);
    if (json) {
      console.log(JSON.stringify(figures));
    } else {
      console.table(figures);
    }
  });
