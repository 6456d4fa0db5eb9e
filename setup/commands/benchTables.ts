import { Command } from "commander";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../../bench/measure.js";
import { markdown, plot } from "../../bench/report.js";
import { benchTables as measureTables, type Choice } from "../../bench/tables.js";
import { withKernelMachine } from "../kernelMachine.js";
import { root } from "../paths.js";
import { setUp } from "../setup.js";

const results = join(root, "bench/results");

export const benchTables = new Command("tables")
  .description("measure tables of services against ipvsadm itself, a script, Ansible and OpenTofu")
  .option("--most <n>", "the most members of a table", Number, 10_000)
  .option("--peers <word...>", "only those whose names have one of these words, and ipvsadm", [])
  .option("--json", "for programs")
  .action(async ({ json, ...choice }: Choice & { json?: boolean }) => {
    await setUp(["ansible-core", "gnuplot-nox"]);
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
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "tables.json"), `${JSON.stringify(figures, null, 2)}\n`);
    await plot(figures, join(results, "tables.svg"));
    console.log(json ? JSON.stringify(figures) : markdown(figures));
  });
