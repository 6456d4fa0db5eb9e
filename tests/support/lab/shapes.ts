import { existsSync } from "node:fs";
import { readLab } from "../../../providers/qemu/settings";
import { missing, type Typed, typed } from "../guide";
import {
  configure,
  forgetMachines,
  machineFiles,
  npm,
  root,
  run,
  stack,
  succeeds,
} from "./harness";

/** The commands of the guide's chapter of a shape, the last of which takes the lab away, for the tests' stack. */
export function guideOf(shape: string): { chapter: Typed[]; end: Typed } {
  const all = typed(shape).map(({ commands, shown }) => ({
    commands: commands
      .replaceAll(` --shape ${shape}`, ` --stack ${stack}`)
      .replaceAll(`--stack ${shape}`, `--stack ${stack}`),
    shown,
  }));
  const end = all.pop();
  if (end === undefined) {
    throw new Error(`docs/workshop.md has no chapter of the shape ${shape}`);
  }
  return { chapter: all, end };
}

/** Types a block of the guide. @returns The shown lines that were not printed, none if all is well, and all that was. */
export async function type({
  commands,
  shown,
}: Typed): Promise<{ missing: string[]; all: string }> {
  const { all } = await succeeds(run("bash", ["-e", "-c", commands]));
  return { missing: missing(shown, all), all };
}

/** Brings a shape up as `npm start` does, on the test's stack. @returns What that printed. */
export async function startShape(shape: string, changes: object = {}): Promise<string> {
  configure({ ...changes }, shape);
  forgetMachines();
  const { all } = await succeeds(npm("start"));
  return all;
}

/** Ends the lab. */
export async function endShape(): Promise<void> {
  await succeeds(npm("destroy"));
}

/** What a lab of several machines has left on this computer: processes and files. */
export async function leftOfShape(): Promise<string[]> {
  const { machines, switchTitle } = readLab(root, stack);
  const titles = [...machines.values()].map(({ title }) => title);
  const pattern = `qemu-system.*(${[...titles, switchTitle ?? []].flat().join("|")})`;
  const processes = (await run("pgrep", ["-af", pattern])).stdout.split("\n").filter(Boolean);
  return [...processes, ...(existsSync(`${machineFiles}/switch`) ? ["the switch's files"] : [])];
}
