import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { labOf } from "../../../lab/lab.js";
import { root } from "../../../lab/paths.js";
import { setUp } from "../../../setup/setup.js";
import { ansible, thisProject, script } from "../../../tools/bench/lab/baselines.js";
import { measure, type Figure } from "../../../tools/bench/lab/measure.js";
import { median } from "../../../tools/bench/median.js";
import { integerUpTo } from "../../options.js";
import { defaultStack, ready } from "../../pulumi.js";

interface Choice {
  rounds: number;
  peers: string[];
  json?: boolean;
}

export const benchLab = new Command("lab")
  .description("measure the lab's configuration on running machines against a script and Ansible")
  .option("--rounds <n>", "how often each is measured, in turns", integerUpTo(100), 3)
  .option("--peers <word...>", "only those whose names have one of these words, and pulumi", [])
  .option("--json", "for programs")
  .action(async ({ rounds, peers: words, json }: Choice) => {
    await setUp(["ansible-playbook"]);
    await ready(defaultStack);
    const { machines } = await labOf(defaultStack);
    const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-bench-"));
    const mine = thisProject(defaultStack, root);
    const peers = [
      mine,
      script(defaultStack, machines),
      ansible("raw", defaultStack, machines, folder),
      ansible("shell", defaultStack, machines, folder),
    ].filter(
      (peer) => peer === mine || words.length === 0 || words.some((w) => peer.name.includes(w)),
    );
    const figures: Figure[] = [];
    try {
      await mine.down();
      await measure(peers, rounds, (figure) => {
        figures.push(figure);
        console.error(`round ${figure.round}: ${figure.peer} ${figure.seconds} s`);
      });
      await mine.up();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    console.log(json ? JSON.stringify(figures) : ratios(figures));
  });

/** The median of each baseline, in seconds, and how many times as long as this project it takes. */
function ratios(figures: Figure[]): string {
  const medianOf = (peer: string) =>
    median(figures.filter((f) => f.peer === peer).map(({ seconds }) => seconds));
  const peers = [...new Set(figures.map(({ peer }) => peer))];
  const [first = ""] = peers;
  return peers
    .map((peer) => {
      const ratio = (medianOf(peer) / medianOf(first)).toFixed(2);
      return `${peer}: ${medianOf(peer)} s, ${ratio} times ${first}`;
    })
    .join("\n");
}
