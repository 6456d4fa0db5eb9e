import { Command, Option } from "commander";
import { execa } from "execa";
import { root } from "../paths.js";
import { setUp } from "../setup.js";
import { destroyLab } from "./destroy.js";

const stack = "test";

export const test = new Command("test")
  .description("every check and test, the real lab included")
  .addOption(new Option("--only <part>", "one part").choices(["lint", "unit", "lab", "faults"]))
  .action(async ({ only }: { only?: string }) => {
    const wanted = (part: string) => only === undefined || only === part;
    await setUp(["shellcheck"]);
    if (wanted("lint")) {
      await execa("npm", ["run", "--silent", "lint"], { cwd: root, stdio: "inherit" });
    }
    if (wanted("unit")) {
      await jest("unit");
    }
    if (wanted("lab")) {
      await lab("--testPathPatterns", "lab/[1-69]-");
    }
    if (only === "faults") {
      // Those take machines apart, so they have a run of their own.
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
  const all = ["jest", "--selectProjects", project, ...args];
  await execa("npx", ["--no-install", ...all], { cwd: root, stdio: "inherit" });
}
