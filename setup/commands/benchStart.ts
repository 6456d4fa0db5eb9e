import { Command } from "commander";
import { execa } from "execa";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { median } from "../../bench/median.js";
import { root } from "../paths.js";
import { defaultStack, ready } from "../pulumi.js";
import { destroyLab } from "./destroy.js";

export const benchStart = new Command("start")
  .description("measure `npm start` against bare `vagrant up` of the same machines")
  .option("--rounds <n>", "how often each is measured, in turns", Number, 3)
  .option("--json", "for programs")
  .action(async ({ rounds, json }: { rounds: number; json?: boolean }) => {
    await ready(defaultStack);
    if (existsSync(join(root, ".vagrant/machines/machine1/libvirt/id"))) {
      throw new Error("The lab is up; measuring needs it down: run `npm run destroy`.");
    }
    const vagrant: number[] = [];
    const start: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      vagrant.push(await seconds("vagrant", ["up"]));
      await execa("vagrant", ["destroy", "--force"], { cwd: root });
      start.push(await seconds("npm", ["start"]));
      await destroyLab(defaultStack);
      console.error(`round ${round}: vagrant up ${vagrant.at(-1)} s, npm start ${start.at(-1)} s`);
    }
    const ratio = median(start) / median(vagrant);
    const figures = { vagrant, start, ratio: Number(ratio.toFixed(2)) };
    console.log(
      json
        ? JSON.stringify(figures)
        : `median: vagrant up ${median(vagrant)} s, npm start ${median(start)} s, ratio ${figures.ratio}`,
    );
  });

/** How long a program takes, to a tenth of a second. */
async function seconds(file: string, args: string[]): Promise<number> {
  const begin = Date.now();
  await execa(file, args, { cwd: root });
  return Math.round((Date.now() - begin) / 100) / 10;
}
