import { Command } from "commander";
import { register } from "tsx/cjs/api";
import { setUp } from "../../../setup/setup.js";
import type { benchPage as MeasurePage } from "../../../tools/bench/watchPage.js";

export const benchPage = new Command("page")
  .description("measure how smoothly the page of `npm run watch` moves, beside an empty page")
  .option("--members <n>", "members of the service", Number, 1000)
  .option("--rate <n>", "answers a second, of each of both addresses", Number, 2000)
  .option("--seconds <n>", "how long frames are counted", Number, 10)
  .option("--json", "for programs")
  .action(async ({ json, ...work }: Parameters<typeof MeasurePage>[0] & { json?: boolean }) => {
    await setUp(["chromium"]);
    // Registered here, because only this command needs it: the server checks settings with the components, which are
    // CommonJS.
    register();
    const { benchPage: measurePage } = await import("../../../tools/bench/watchPage.js");
    const figures = await measurePage(work);
    if (json) {
      console.log(JSON.stringify(figures));
    } else {
      console.table(figures);
    }
  });
