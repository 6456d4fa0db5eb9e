import { Command, Option } from "commander";
import { execa, ExecaError } from "execa";
import { existsSync } from "node:fs";
import { sshArguments, withKernelMachine } from "../kernelMachine.js";
import { root } from "../paths.js";
import { setUp } from "../setup.js";
import { boxOf, usualBox } from "../../providers/qemu/boxes.js";
import { boxStep } from "../steps/box.js";
import { onVirtualBox } from "../steps/programs.js";
import { officialFolder, officialRelease } from "../steps/officialRelease.js";
import { runtimes, runtimesSteps } from "../steps/runtimes.js";
import { sshd } from "../steps/sshd.js";
import type { Step } from "../steps/step.js";
import { runSystems, type Selection } from "../../tests/systems/run.js";
import { destroyLab } from "./destroy.js";

interface Options extends Selection {
  only?: string;
  all?: boolean;
}

const stack = "test";
const parts = [
  ...["lint", "unit", "browser", "lab"],
  ...[
    "watch",
    "keepalived",
    "kernel",
    "cuts",
    "rest",
    "faults",
    "registry",
    "official",
    "runtimes",
  ],
];
/** What parts need beside what a lab needs. */
const stepsOf: Record<string, Step[]> = { official: [officialRelease], runtimes: runtimesSteps };
/** The lab's tests that `npm test` runs. */
const workshop = ["--testPathPatterns", "lab/[1-69]-"];

export const test = new Command("test")
  .description("every check and test, the real lab included")
  .addOption(new Option("--only <part>", "one part").choices(parts))
  .option(
    "--all",
    "with runtimes: all unit tests on each, not those alone that ask something of it",
  )
  .option("--host <name>", "with systems: one host alone")
  .option("--target <name>", "with systems: one target alone")
  .action(async ({ only, all, ...selection }: Options) => {
    const browser = only === undefined || only === "browser";
    // The tests' machines are of settings as committed, whatever the user's have.
    const box = onVirtualBox() ? [] : [boxStep(boxOf() ?? usualBox)];
    const more = [...box, sshd, ...(stepsOf[only ?? ""] ?? [])];
    await setUp(["shellcheck", ...(browser ? (["chromium"] as const) : [])], more);
    if (only === undefined) {
      await everything();
    }
    if (only === "lint") {
      await lint("inherit");
    }
    if (only === "unit") {
      await jest("inherit", "unit");
    }
    if (only === "browser") {
      await browserTests("inherit");
    }
    if (only === "lab") {
      await lab(...workshop);
    }
    if (only === "watch") {
      // What the page's server says, order by order; npm test uses the page itself.
      await lab("--testPathPatterns", "lab/(1-|watch)");
    }
    if (only === "keepalived") {
      // Checks and machines that die take their time, so they have a run of their own, as faults do.
      await lab("--testPathPatterns", "lab/(1-|keepalived|pair)");
    }
    if (only === "kernel" || only === "cuts" || only === "rest") {
      // Programs at rest also run with Pulumi's own release, where test:official has put one in place.
      const official = existsSync(officialFolder) ? { IPVS_LAB_OFFICIAL: officialFolder } : {};
      await onKernelMachine(only, official);
    }
    if (only === "runtimes") {
      const some = all ? { IPVS_LAB_ALL_TESTS: "1" } : {};
      await onKernelMachine(only, { IPVS_LAB_RUNTIMES: JSON.stringify(runtimes), ...some });
    }
    if (only === "systems") {
      await runSystems(selection);
    }
    if (only === "official") {
      await execa("npx", ["--no-install", ...jestArguments("official", "--runInBand")], {
        cwd: root,
        stdio: "inherit",
        env: { IPVS_LAB_OFFICIAL: officialFolder },
      });
    }
    if (only === "registry") {
      // It builds the Pulumi CLI, which takes some minutes.
      await jest("inherit", "registry");
    }
    if (only === "faults") {
      // Those take machines apart.
      await lab("--testPathPatterns", "lab/[1789]-");
    }
  });

/** Tests that have one machine of their own. */
async function onKernelMachine(project: string, env: NodeJS.ProcessEnv): Promise<void> {
  await withKernelMachine(async (login, stop) => {
    await execa("npx", ["--no-install", ...jestArguments(project, "--runInBand")], {
      cwd: root,
      stdio: "inherit",
      env: { IPVS_LAB_KERNEL_SSH: sshArguments(login).join(" "), ...env },
      cancelSignal: stop,
    });
  });
}

/**
 * What needs no lab runs beside the lab, which waits for its machines half of the time; what it prints
 * is shown once it has ended.
 */
async function everything(): Promise<void> {
  const ended = await Promise.allSettled([checks(), lab(...workshop)]);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}

async function checks(): Promise<void> {
  try {
    console.log(await lint("pipe"));
    console.log(await jest("pipe", "unit"));
    console.log(await browserTests("pipe"));
  } catch (error) {
    console.log(error instanceof ExecaError ? error.all : error);
    throw new Error("static checks, unit or browser tests have failed: see above", {
      cause: error,
    });
  }
}

/** Where a part's output goes: here as it comes, or to who asked for it. */
type Output = "inherit" | "pipe";

function lint(output: Output): Promise<string> {
  return run(output, "npm", "run", "--silent", "lint");
}

function browserTests(output: Output): Promise<string> {
  return jest(output, "browser", "--runInBand");
}

/** The parts of the lab's tests, in the order of their files, on one lab. */
async function lab(...selection: string[]): Promise<void> {
  const order = ["--runInBand", "--testSequencer", "./tests/lab/sequencer.cjs", "--bail"];
  try {
    await jest("inherit", "lab", ...order, ...selection);
  } finally {
    // Whatever the tests left behind when they failed.
    await destroyLab(stack);
  }
}

function jest(output: Output, project: string, ...args: string[]): Promise<string> {
  return run(output, "npx", "--no-install", ...jestArguments(project, ...args));
}

/** @returns What it printed, where that does not go elsewhere. @throws ExecaError where it fails. */
async function run(output: Output, file: string, ...args: string[]): Promise<string> {
  const stdio = ["ignore", output, output] as const;
  const { all } = await execa(file, args, { cwd: root, stdio, all: true });
  return all ?? "";
}

function jestArguments(project: string, ...args: string[]): string[] {
  return ["jest", "--selectProjects", project, ...args];
}
