import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { execa } from "execa";
import { cache, root } from "../../../lab/paths.js";
import { setUp } from "../../../setup/setup.js";
import { compare } from "../../../tools/bench/before/measure.js";
import { markdown, plot } from "../../../tools/bench/before/report.js";
import { works, type Checkout } from "../../../tools/bench/before/works.js";
import { integerUpTo } from "../../options.js";

interface Choice {
  rounds: number;
  only?: string[];
  save?: boolean;
  json?: boolean;
}

const results = join(root, "tools/bench/results");
const names = works.map(({ name }) => name);

export const benchBefore = new Command("before")
  .description("measure this checkout against another one, of an earlier commit, in turns")
  .argument("<checkout>", "the folder of the other one")
  .option("--rounds <n>", "how often each is measured", integerUpTo(100), 3)
  .addOption(new Option("--only <work...>", "these alone").choices(names))
  .option("--save", "write the figures and their plot to tools/bench/results")
  .option("--json", "for programs")
  .action(async (folder: string, { rounds, only, save, json }: Choice) => {
    await setUp(["ansible-playbook", ...(save ? (["gnuplot"] as const) : [])]);
    const before = checkout(resolve(folder), {
      // An earlier commit's cache may have another layout. Not in its folder, where Vagrant would find a Vagrantfile.
      XDG_CACHE_HOME: join(cache, "before"),
    });
    const now = checkout(root);
    for (const { folder: cwd, environment } of [before, now]) {
      await execa("npm", ["run", "setup"], { cwd, env: environment });
    }
    const chosen = works.filter(({ name }) => only === undefined || only.includes(name));
    const all = await compare(chosen, { before, now }, rounds, (line) => {
      console.error(line);
    });
    if (save) {
      writeFileSync(join(results, "before.json"), `${JSON.stringify(all, null, 2)}\n`);
      await plot(all, join(results, "before.svg"));
    }
    console.log(json ? JSON.stringify(all) : markdown(all));
  });

/** Both use the box that earlier commits have: machines of Debian 13 are slower under emulation. */
function checkout(folder: string, environment: Record<string, string> = {}): Checkout {
  return { folder, environment: { IPVS_LAB_BOX: "debian12", ...environment } };
}
