import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { shellQuote } from "../../../components/host/quoting.js";
import { root } from "../../../lab/paths.js";
import { sshArguments, type Login } from "../../../setup/kernelMachine.js";
import { median } from "../median.js";

const here = join(root, "tools/bench/directors");

export interface SharesOptions {
  /** What each director gets of one processor, percent. */
  share: number;
  /** How long each run is, seconds. */
  seconds: number;
  rounds: number;
}

/** A run: the directors that had the route, and for each of the three what it did. */
export interface SharesRun {
  routed: number;
  directors: DirectorRun[];
}

interface DirectorRun {
  /** New connections a second. */
  connections: number;
  /** What it used of a processor, percent. */
  used: number;
}

/** Measures one director and three, in turns, on a machine that does nothing else (shares.sh). */
export async function benchShares(
  login: Login,
  { share, seconds, rounds }: SharesOptions,
  note: (run: SharesRun) => void,
): Promise<void> {
  const script = shellQuote(readFileSync(join(here, "shares.sh"), "utf8"));
  const child = execa(
    "ssh",
    [...sshArguments(login), `sudo -n sh -c ${script} shares.sh ${share} ${seconds} ${rounds}`],
    { input: readFileSync(join(here, "load.py")) },
  );
  createInterface({ input: child.stdout }).on("line", (line) => {
    note(runOf(line));
  });
  await child;
}

function runOf(line: string): SharesRun {
  const [routed = NaN, ...numbers] = line.split(" ").map(Number);
  const directors = [0, 2, 4].map((i) => ({
    connections: numbers[i] ?? NaN,
    used: numbers[i + 1] ?? NaN,
  }));
  return { routed, directors };
}

/** Medians of one director and of three together, connections a second, and how many times the one's the three's are. */
export function summarizeShares(runs: SharesRun[]): { one: number; three: number; ratio: number } {
  const of = (routed: number) =>
    median(
      runs
        .filter((run) => run.routed === routed)
        .map((run) => run.directors.reduce((sum, { connections }) => sum + connections, 0)),
    );
  const [one, three] = [of(1), of(3)];
  return { one, three, ratio: Math.round((100 * three) / one) / 100 };
}
