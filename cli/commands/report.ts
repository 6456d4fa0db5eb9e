import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { execa } from "execa";
import { require as load } from "tsx/cjs/api";
import type { Scheduler } from "../../components/ipvs/schedulers.js";
import { enterEnvironment } from "../../lab/environment.js";
import { type Lab, labOf } from "../../lab/lab.js";
import { root } from "../../lab/paths.js";
import { remoteCommand } from "../../lab/ssh.js";
import type * as Report from "../../report/index.js";
import type { Compared, Failovers, Numbers } from "../../report/numbers.js";
import { glyphs } from "../../setup/display/glyphs.mjs";
import { comparable, comparisonIn } from "../compare/lab.js";
import { Comparison } from "../compare/phases.js";
import { runAndUndo } from "../compare/undoable.js";
import { sayDoing } from "../display/progress.js";
import { Failover } from "../failover/failover.js";
import { integerUpTo } from "../options.js";
import { defaultStack } from "../pulumi.js";
import { chooseParts, type Part, parts } from "../report/parts.js";
import { failTimes } from "../report/tries.js";

/** Loads the report, which is CommonJS like the components. Only this command takes the time to load it. */
const loadReport = () => load("../../report/index.ts", import.meta.url) as typeof Report;

interface Options {
  stack: string;
  out?: string;
  requests: number;
  rate: number;
  failovers: number;
  schedulers?: readonly Scheduler[];
  only?: readonly Part[];
  json?: boolean;
}

export const report = new Command("report")
  .description(
    "measure a running lab: who gets the connections of each scheduler, what a forwarding method costs, what passes the director, a backend's failure beside a static redirection, and a director's failure",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .option("--out <folder>", "where the files are written (default: reports/ with date and time)")
  .option(
    "--requests <n>",
    "for each scheduler, way and phase: a multiple of 6, up to 6000",
    wholeRounds,
    120,
  )
  .option("--rate <n>", "requests a second in the comparison, 1 to 1000", integerUpTo(1000), 20)
  .option("--failovers <n>", "failures of a director, 1 to 100", integerUpTo(100), 3)
  .option("--schedulers <names>", "only these, such as rr,wrr", (names: string) =>
    listOf(loadReport().schedulers)(names),
  )
  .option("--only <parts>", `only these, of ${parts.join(",")}`, listOf(parts))
  .option("--json", "the numbers to standard output")
  .addHelpText(
    "after",
    "\nSchedulers and forwarding methods are measured in network namespaces of the director, beside the lab.\nThe comparison stops a backend, as `npm run compare` does, and starts it again. In a lab with several\ndirectors the cable of one is pulled, as `npm run failover` does, and plugged in again.",
  )
  .action(async (options: Options) => {
    enterEnvironment();
    const date = new Date().toISOString();
    const numbers = await measure(options, date);
    const written = write(options.out ?? defaultFolder(date), numbers);
    if (options.json) {
      console.log(JSON.stringify(numbers, null, 2));
    } else {
      console.log(loadReport().terminal(numbers, process.stdout.isTTY && !process.env.NO_COLOR));
    }
    for (const file of written) {
      // With --json, standard output has nothing but the JSON.
      (options.json ? console.error : console.log)(file);
    }
  });

async function measure(options: Options, date: string): Promise<Numbers> {
  const { stack, requests, rate } = options;
  const lab = await labOf(stack);
  // Fails now, before a minute is spent on the rest.
  const chosen = chooseParts(stack, lab, options.only);
  for (const note of chosen.notes) {
    console.error(`${glyphs.doing} ${note}`);
  }
  const wants = (part: Part) => chosen.parts.includes(part);
  const { director } = lab.balanced;
  const { Measurement, numbersVersion, schedulers } = loadReport();
  const { facts, ...measured } = await runAndUndo(
    new Measurement(
      remoteCommand(stack, lab.machines, director),
      {
        requests,
        schedulers: wants("distribution") ? (options.schedulers ?? schedulers) : [],
        isLatencyWanted: wants("latency"),
      },
      sayDoing,
    ),
  );
  const comparison = wants("comparison") ? await compareIn(lab, options) : undefined;
  const failover = wants("failover") ? await failIn(lab, options) : undefined;
  return {
    version: numbersVersion,
    source: {
      ...{
        date,
        command: ["npm run report", ...typedCommand()].join(" "),
        ipvsLab: await ownVersion(),
      },
      ...{ stack, ...facts, machine: { name: director, ...facts.machine }, requests, rate },
    },
    ...measured,
    ...(comparison && { comparison }),
    ...(failover && { failover }),
  };
}

async function compareIn(lab: Lab, { stack, requests, rate }: Options): Promise<Compared> {
  const { balanced, redirected, ...rest } = comparable(stack, lab);
  const found = comparisonIn(stack, { balanced, redirected, ...rest }, { requests, rate });
  const phases = await runAndUndo(
    new Comparison(found.compared, found.ways, (phase) => {
      sayDoing(`comparison: ${phase}`);
    }),
  );
  const { url, scheduler, members } = balanced;
  return {
    client: found.client,
    balanced: { url, scheduler, members: members.map(({ name }) => name) },
    redirected: { url: redirected.url, member: redirected.target.name },
    phases,
  };
}

async function failIn(lab: Lab, { stack, failovers }: Options): Promise<Failovers> {
  const seen = await failTimes(failovers, (tell) => new Failover(stack, lab, tell), sayDoing);
  return loadReport().summarize(seen);
}

/** Writes the report's files into a folder. @returns Their paths. */
function write(folder: string, numbers: Numbers): string[] {
  const { csvFiles, html } = loadReport();
  const files: Record<string, string> = {
    "report.html": html(numbers),
    "numbers.json": `${JSON.stringify(numbers, null, 2)}\n`,
    ...csvFiles(numbers),
  };
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = resolve(folder, name);
    writeFileSync(path, text);
    const shorter = relative(process.cwd(), path);
    return shorter.startsWith("..") ? path : shorter;
  });
}

function defaultFolder(date: string): string {
  return join(root, "reports", date.slice(0, 19).replaceAll(":", "-"));
}

/** The command line as the user typed it, with the `--` that npm needs. */
function typedCommand(): string[] {
  const words = process.argv.slice(process.argv.indexOf("report") + 1);
  return words.length > 0 ? ["--", ...words] : [];
}

/** The package's version, and the commit in a Git checkout. */
async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const git = await execa("git", ["rev-parse", "--short", "HEAD"], { cwd: root, reject: false });
  return git.exitCode === 0 ? `${version} (${git.stdout})` : version;
}

function wholeRounds(value: string): number {
  const n = integerUpTo(6000)(value);
  const { wholeRound } = loadReport();
  if (n % wholeRound !== 0) {
    throw new InvalidArgumentError(
      `It must be a multiple of ${wholeRound}, so that every share is whole.`,
    );
  }
  return n;
}

/** A parser for a list of names separated by commas. It refuses unknown names. */
function listOf<T extends string>(known: readonly T[]) {
  return (value: string): readonly T[] =>
    value.split(",").map((name) => {
      const found = known.find((one) => one === name.trim());
      if (found === undefined) {
        throw new InvalidArgumentError(`"${name}" is none of ${known.join(", ")}.`);
      }
      return found;
    });
}
