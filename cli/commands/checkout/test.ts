import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { execa, ExecaError } from "execa";
import { jestProgram, root } from "../../../lab/paths.js";
import { untilSignal } from "../../../lab/signals.js";
import { boxOf, usualBox } from "../../../providers/qemu/boxes.js";
import { sshArguments, withKernelMachine } from "../../../setup/kernelMachine.js";
import { setUp } from "../../../setup/setup.js";
import { boxSteps } from "../../../setup/steps/box.js";
import { onVirtualBox } from "../../../setup/steps/programs.js";
import { officialFolder, officialRelease } from "../../../setup/steps/pulumi/officialRelease.js";
import { runtimes, runtimesSteps } from "../../../setup/steps/pulumi/runtimes.js";
import { sshd } from "../../../setup/steps/sshd.js";
import type { Step } from "../../../setup/steps/step.js";
import { destroyLab } from "../destroy.js";

interface Options {
  /** With `--only systems`: the only host to test. */
  host?: string;
  target?: string;
  /** Parts of the paths of test files; empty for all files. */
  files: string[];
  only?: string;
  all?: boolean;
  /** The destination of the tests' output. */
  output: Output;
}

/** The terminal, or the caller. */
type Output = "inherit" | "pipe";

const stack = "test";
/** Set-up steps that a part needs besides those of a lab. */
const stepsOf: Record<string, Step[]> = { official: [officialRelease], runtimes: runtimesSteps };
/** Folders of tests/lab whose tests run on one lab, which those in `up` make and those in `destroy` end. */
const suites = {
  // `npm test` runs these.
  workshop: ["up", "workshop", "destroy"],
  // These are for changes in the areas that they test. `npm run test:all` includes them.
  areas: ["up", "areas", "destroy"],
  // The page's server, request by request; `npm test` tests it through the page itself.
  watch: ["up", "watch"],
  // Health checks and machines that fail take time, so these have a run of their own, like faults.
  keepalived: ["up", "keepalived"],
  // Labs of other shapes, one after the other.
  shapes: ["shapes"],
  // These stop and reboot machines.
  faults: ["up", "faults", "destroy"],
};

/** Runs one part, until a signal stops it. */
type Part = (stop: AbortSignal, options: Options) => Promise<unknown>;

/** Parts that need no lab. Single files of these can be run. */
const partsWithFiles: Record<string, Part> = {
  unit: (stop, { files, output }) => jest(output, stop, "unit", ...files),
  browser: (stop, { files, output }) => browserTests(output, stop, ...files),
  // Pulumi runs, for changes of the language host. `npm run test:all` includes them.
  language: (stop, { files, output }) => jest(output, stop, "language", ...files),
  kernel: (_, options) => onKernelMachine("kernel", options),
  cuts: (_, options) => onKernelMachine("cuts", options),
  // These also run with Pulumi's own release, where test:official has installed one.
  rest: (_, options) =>
    onKernelMachine(
      "rest",
      options,
      existsSync(officialFolder) ? { IPVS_LAB_OFFICIAL: officialFolder } : {},
    ),
  runtimes: (_, options) =>
    onKernelMachine("runtimes", options, {
      IPVS_LAB_RUNTIMES: JSON.stringify(runtimes),
      ...(options.all && { IPVS_LAB_ALL_TESTS: "1" }),
    }),
  // It builds the Pulumi CLI, which takes some minutes.
  registry: (stop, { files, output }) => jest(output, stop, "registry", ...files),
  official: (stop, { files, output }) => {
    process.env.IPVS_LAB_OFFICIAL = officialFolder;
    return jest(output, stop, "official", "--runInBand", ...files);
  },
};

const parts: Record<string, Part> = {
  ...partsWithFiles,
  all: everything,
  lint: (stop) => lint("inherit", stop),
  lab: (stop) => lab(stop, suites.workshop),
  areas: (stop) => lab(stop, suites.areas),
  watch: (stop) => lab(stop, suites.watch),
  keepalived: (stop) => lab(stop, suites.keepalived),
  faults: (stop) => lab(stop, suites.faults),
  shapes: (stop) => lab(stop, suites.shapes),
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
  .action(async (files: string[], given: Omit<Options, "files" | "output">) => {
    const options: Options = { ...given, files, output: "inherit" };
    const { only } = options;
    if (files.length > 0 && !Object.hasOwn(partsWithFiles, only ?? "")) {
      throw new Error(
        `${files.join(" ")}: test files can be chosen with ${Object.keys(partsWithFiles).join(", ")} alone; a lab's tests are in order`,
      );
    }
    const browser = [undefined, "all", "browser"].includes(only);
    // The tests' machines use the settings as committed, whatever the user's own settings are.
    const box = onVirtualBox() ? [] : boxSteps(boxOf() ?? usualBox);
    const more = [...box, sshd, ...(stepsOf[only ?? ""] ?? [])];
    await setUp(["shellcheck", ...(browser ? (["chromium"] as const) : [])], more);
    await untilSignal((stop) => (parts[only ?? ""] ?? usualParts)(stop, options));
  });

/** Runs tests that have one machine of their own. */
function onKernelMachine(
  project: string,
  { files, output }: Options,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  return withKernelMachine((login, stop) => {
    Object.assign(process.env, env, { IPVS_LAB_KERNEL_SSH: sshArguments(login).join(" ") });
    return jest(output, stop, project, "--runInBand", ...files);
  });
}

/**
 * Runs `npm test`: the lab's tests, and beside them everything that needs no lab, because the lab's tests wait for
 * their machines half of the time.
 */
async function usualParts(stop: AbortSignal): Promise<void> {
  await sideBySide([checks(stop), lab(stop, suites.workshop)]);
}

/**
 * Runs every suite that needs nothing but package registries: the labs' suites one after the other, and the others
 * beside them. The suites of docs/systems.md, and those that compare with Pulumi's releases, are not included.
 */
async function everything(stop: AbortSignal, options: Options): Promise<void> {
  const labs = async () => {
    await lab(stop, ["up", "workshop", "areas", "destroy"]);
    for (const suite of [suites.watch, suites.keepalived, suites.shapes, suites.faults]) {
      await lab(stop, suite);
    }
  };
  const others = async () => {
    await checks(stop);
    for (const part of ["language", "kernel", "cuts", "rest", "registry"]) {
      await shown(
        `${part}'s tests have`,
        partsWithFiles[part]?.(stop, { ...options, output: "pipe" }),
      );
    }
  };
  await sideBySide([labs(), others()]);
}

/** Waits until all have ended. @throws The first error. */
async function sideBySide(all: Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(all);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}

/** The checks that need no lab. */
async function checks(stop: AbortSignal): Promise<void> {
  const one = "static checks, unit or browser tests have";
  await shown(one, lint("pipe", stop));
  await shown(one, jest("pipe", stop, "unit"));
  await shown(one, browserTests("pipe", stop));
}

/** Prints a run's output once it has ended, so that it does not mix with what runs beside it. */
async function shown(what: string, running: Promise<unknown> | undefined): Promise<void> {
  try {
    console.log(await running);
  } catch (error) {
    console.log(error instanceof ExecaError ? error.all : error);
    throw new Error(`${what} failed: see above`, { cause: error });
  }
}

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
