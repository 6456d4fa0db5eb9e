import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { execa, ExecaError } from "execa";
import { jestProgram, root } from "../../lab/paths.js";
import { untilSignal } from "../../lab/signals.js";
import { boxOf, usualBox } from "../../providers/qemu/boxes.js";
import { sshArguments, withKernelMachine } from "../../setup/kernelMachine.js";
import { setUp } from "../../setup/setup.js";
import { boxStep } from "../../setup/steps/box.js";
import { onVirtualBox } from "../../setup/steps/programs.js";
import { officialFolder, officialRelease } from "../../setup/steps/pulumi/officialRelease.js";
import { runtimes, runtimesSteps } from "../../setup/steps/pulumi/runtimes.js";
import { sshd } from "../../setup/steps/sshd.js";
import type { Step } from "../../setup/steps/step.js";
import { destroyLab } from "./destroy.js";

interface Options {
  /** With `--only systems`: the only host to test. */
  host?: string;
  target?: string;
  /** Parts of the paths of test files; empty for all files. */
  files: string[];
  only?: string;
  all?: boolean;
}

const stack = "test";
/** Set-up steps that a part needs besides those of a lab. */
const stepsOf: Record<string, Step[]> = { official: [officialRelease], runtimes: runtimesSteps };
/** Folders of tests/lab whose tests run on one lab, which those in `up` make and those in `destroy` end. */
const suites = {
  // `npm test` runs these.
  workshop: ["up", "workshop", "destroy"],
  // The page's server, request by request; `npm test` tests it through the page itself.
  watch: ["up", "watch"],
  // Health checks and machines that fail take time, so these have a run of their own, like faults.
  keepalived: ["up", "keepalived"],
  // These stop and reboot machines.
  faults: ["up", "faults", "destroy"],
};

/** Runs one part, until a signal stops it. */
type Part = (stop: AbortSignal, options: Options) => Promise<unknown>;

/** Parts that need no lab. Single files of these can be run. */
const partsWithFiles: Record<string, Part> = {
  unit: (stop, { files }) => jest("inherit", stop, "unit", ...files),
  browser: (stop, { files }) => browserTests("inherit", stop, ...files),
  kernel: (_, { files }) => onKernelMachine("kernel", files),
  cuts: (_, { files }) => onKernelMachine("cuts", files),
  // These also run with Pulumi's own release, where test:official has installed one.
  rest: (_, { files }) =>
    onKernelMachine(
      "rest",
      files,
      existsSync(officialFolder) ? { IPVS_LAB_OFFICIAL: officialFolder } : {},
    ),
  runtimes: (_, { all, files }) =>
    onKernelMachine("runtimes", files, {
      IPVS_LAB_RUNTIMES: JSON.stringify(runtimes),
      ...(all && { IPVS_LAB_ALL_TESTS: "1" }),
    }),
  // It builds the Pulumi CLI, which takes some minutes.
  registry: (stop, { files }) => jest("inherit", stop, "registry", ...files),
  official: (stop, { files }) => {
    process.env.IPVS_LAB_OFFICIAL = officialFolder;
    return jest("inherit", stop, "official", "--runInBand", ...files);
  },
};

const parts: Record<string, Part> = {
  ...partsWithFiles,
  lint: (stop) => lint("inherit", stop),
  lab: (stop) => lab(stop, suites.workshop),
  watch: (stop) => lab(stop, suites.watch),
  keepalived: (stop) => lab(stop, suites.keepalived),
  faults: (stop) => lab(stop, suites.faults),
  systems: (stop, { host, target, all }) => {
    const tsx = ["--import", "tsx", "tests/systems/main.ts"];
    return run("inherit", stop, process.execPath, ...tsx, JSON.stringify({ host, target, all }));
  },
};

export const test = new Command("test")
  .description("every check and test, the real lab included")
  .addOption(new Option("--only <part>", "one part").choices(Object.keys(parts)))
  .option(
    "--all",
    "with runtimes: all unit tests on each, not those alone that ask something of it; with systems: npm test on each host, too",
  )
  .option("--host <name>", "with systems: one host alone")
  .option("--target <name>", "with systems: one target alone")
  .argument("[files...]", "with a part that needs no lab: test files, by parts of their paths")
  .action(async (files: string[], given: Omit<Options, "files">) => {
    const options = { ...given, files };
    const { only } = options;
    if (files.length > 0 && !Object.hasOwn(partsWithFiles, only ?? "")) {
      throw new Error(
        `${files.join(" ")}: test files can be chosen with ${Object.keys(partsWithFiles).join(", ")} alone; a lab's tests are in order`,
      );
    }
    const browser = only === undefined || only === "browser";
    // The tests' machines use the settings as committed, whatever the user's own settings are.
    const box = onVirtualBox() ? [] : [boxStep(boxOf() ?? usualBox)];
    const more = [...box, sshd, ...(stepsOf[only ?? ""] ?? [])];
    await setUp(["shellcheck", ...(browser ? (["chromium"] as const) : [])], more);
    await untilSignal((stop) => (parts[only ?? ""] ?? allParts)(stop, options));
  });

/** Runs tests that have one machine of their own. */
async function onKernelMachine(
  project: string,
  files: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  await withKernelMachine(async (login, stop) => {
    Object.assign(process.env, env, { IPVS_LAB_KERNEL_SSH: sshArguments(login).join(" ") });
    await jest("inherit", stop, project, "--runInBand", ...files);
  });
}

/**
 * Runs the checks that need no lab beside the lab's tests, which wait for their machines half of the time. The output
 * of the checks is shown once they have ended.
 */
async function allParts(stop: AbortSignal): Promise<void> {
  const ended = await Promise.allSettled([checks(stop), lab(stop, suites.workshop)]);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}

async function checks(stop: AbortSignal): Promise<void> {
  try {
    console.log(await lint("pipe", stop));
    console.log(await jest("pipe", stop, "unit"));
    console.log(await browserTests("pipe", stop));
  } catch (error) {
    console.log(error instanceof ExecaError ? error.all : error);
    throw new Error("static checks, unit or browser tests have failed: see above", {
      cause: error,
    });
  }
}

/** The destination of a part's output: the terminal, or the caller. */
type Output = "inherit" | "pipe";

function lint(output: Output, stop: AbortSignal): Promise<string> {
  return run(output, stop, "npm", "run", "--silent", "lint");
}

function browserTests(output: Output, stop: AbortSignal, ...files: string[]): Promise<string> {
  return jest(output, stop, "browser", "--runInBand", ...files);
}

/** The tests of a suite's folders, in the order of their files' names, on one lab. */
async function lab(stop: AbortSignal, folders: string[]): Promise<void> {
  const order = ["--runInBand", "--testSequencer", "./tests/lab/sequencer.cjs", "--bail"];
  const selection = ["--testPathPatterns", `tests/lab/(${folders.join("|")})/`];
  try {
    await jest("inherit", stop, "lab", ...order, ...selection);
  } finally {
    // Removes what failed tests left behind.
    await destroyLab(stack);
  }
}

function jest(
  output: Output,
  stop: AbortSignal,
  project: string,
  ...args: string[]
): Promise<string> {
  return run(output, stop, process.execPath, jestProgram, "--selectProjects", project, ...args);
}

/** Runs a program. @returns Its output, with "pipe". @throws ExecaError when it fails. */
async function run(
  output: Output,
  cancelSignal: AbortSignal,
  file: string,
  ...args: string[]
): Promise<string> {
  const stdio = ["ignore", output, output] as const;
  const { all } = await execa(file, args, { cwd: root, stdio, all: true, cancelSignal });
  return all ?? "";
}
