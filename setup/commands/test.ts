import { Command, Option } from "commander";
import { execa } from "execa";
import { sshArguments, withKernelMachine } from "../kernelMachine.js";
import { root } from "../paths.js";
import { setUp } from "../setup.js";
import { sshd } from "../steps/sshd.js";
import { destroyLab } from "./destroy.js";

const stack = "test";
const parts = ["lint", "unit", "browser", "lab", "keepalived", "kernel", "faults", "registry"];

export const test = new Command("test")
  .description("every check and test, the real lab included")
  .addOption(new Option("--only <part>", "one part").choices(parts))
  .action(async ({ only }: { only?: string }) => {
    const wanted = (part: string) => only === undefined || only === part;
    await setUp(["shellcheck", ...(wanted("browser") ? ["chromium"] : [])], [sshd]);
    if (wanted("lint")) {
      await execa("npm", ["run", "--silent", "lint"], { cwd: root, stdio: "inherit" });
    }
    if (wanted("unit")) {
      await jest("unit");
    }
    if (wanted("browser")) {
      await jest("browser", "--runInBand");
    }
    if (wanted("lab")) {
      await lab("--testPathPatterns", "lab/[1-69]-");
    }
    if (only === "keepalived") {
      // Checks and machines that die take their time, so they have a run of their own, as faults do.
      await lab("--testPathPatterns", "lab/(1-|keepalived|pair)");
    }
    if (only === "kernel") {
      await withKernelMachine(async (login, stop) => {
        await execa("npx", ["--no-install", ...jestArguments("kernel", "--runInBand")], {
          cwd: root,
          stdio: "inherit",
          env: { IPVS_LAB_KERNEL_SSH: sshArguments(login).join(" ") },
          cancelSignal: stop,
        });
      });
    }
    if (only === "registry") {
      // It builds the Pulumi CLI, which takes some minutes.
      await jest("registry");
    }
    if (only === "faults") {
      // Those take machines apart.
      await lab("--testPathPatterns", "lab/[1789]-");
    }
  });

/** The parts of the lab's tests, in the order of their files, on one lab. */
async function lab(...selection: string[]): Promise<void> {
  const order = ["--runInBand", "--testSequencer", "./tests/lab/sequencer.cjs", "--bail"];
  try {
    await jest("lab", ...order, ...selection);
  } finally {
    // Whatever the tests left behind when they failed.
    await destroyLab(stack);
  }
}

async function jest(project: string, ...args: string[]): Promise<void> {
  const all = ["--no-install", ...jestArguments(project, ...args)];
  await execa("npx", all, { cwd: root, stdio: "inherit" });
}

function jestArguments(project: string, ...args: string[]): string[] {
  return ["jest", "--selectProjects", project, ...args];
}
