import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { root } from "../../../lab/paths.js";
import { withKernelMachine } from "../../../setup/kernelMachine.js";
import { setUp } from "../../../setup/setup.js";
import type { Figure } from "../../../tools/bench/measure.js";
import { markdown, plot } from "../../../tools/bench/report.js";
import { benchTables as measureTables, type TablesOptions } from "../../../tools/bench/tables.js";

const results = join(root, "tools/bench/results");

export const benchTables = new Command("tables")
  .description("measure tables of services against ipvsadm itself, a script, Ansible and OpenTofu")
  .option("--most <n>", "the most members of a table", Number, 10_000)
  .option("--peers <word...>", "only those whose names have one of these words, and ipvsadm", [])
  .option("--sizes <services x members...>", "these tables, such as 1x3000 300x1", size)
  .option("--save", "write the figures and their plot to tools/bench/results")
  .option("--json", "for programs")
  .action(async ({ json, save, ...choice }: TablesOptions & { json?: boolean; save?: boolean }) => {
    await setUp(["ansible-playbook", ...(save ? (["gnuplot"] as const) : [])]);
    const figures: Figure[] = [];
    await withKernelMachine((login) =>
      measureTables(login, choice, (figure) => {
        figures.push(figure);
        const { peer, services, members, work, seconds, memory } = figure;
        const size = `${services} services, ${members} members`;
        const most = memory === undefined ? "" : `, ${memory} MiB`;
        console.error(`${size}, ${work}: ${seconds} s${most}, ${peer}`);
      }),
    );
    if (save) {
      mkdirSync(results, { recursive: true });
      writeFileSync(join(results, "tables.json"), `${JSON.stringify(figures, null, 2)}\n`);
      await plot(figures, join(results, "tables.svg"));
    }
    console.log(json ? JSON.stringify(figures) : markdown(figures));
  });

function size(text: string, before: TablesOptions["sizes"] = []): [number, number][] {
  const [, services, members] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (services === undefined || members === undefined) {
    throw new InvalidArgumentError("It must be services, x and members of each, such as 100x10.");
  }
  return [...before, [Number(services), Number(members)]];
}
