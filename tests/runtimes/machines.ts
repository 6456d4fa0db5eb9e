import { join } from "node:path";
import { Machines } from "../rest/machines";
import { programs } from "../rest/programs";
import { Stack } from "../rest/stacks";
import { Program, Told } from "../rest/testbed";
import { root } from "../support/pulumi/project";

/** The example that each runtime updates: every kind of Command, two servers, one behind the other. */
const name = "example existing-servers, through a bastion";
export const example: Program = programs[name] ?? missing(name);

/** The machines under test, and what a program is told of them. */
export async function begin(): Promise<{ told: Told; end: () => Promise<void> }> {
  const machines = await Machines.begin();
  const { behind, privateKey } = machines;
  const all = await machines.with(2, (taken) => Promise.resolve(taken.map(({ login }) => login)));
  const told = { machines: all, behind, privateKey, files: join(root, "tests/rest/files") };
  return { told, end: () => machines.end() };
}

/** What a stack goes through with a runtime: a preview of all that is missing, the update, an empty preview. */
export async function throughLife(stack: Stack) {
  const before = await stack.preview();
  try {
    await stack.up();
    const after = await stack.preview();
    return { before: before.changes.length, warnings: before.warnings, after };
  } finally {
    await stack.destroy();
  }
}

function missing(what: string): never {
  throw new Error(`there is no program "${what}"`);
}
