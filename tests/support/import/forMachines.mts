// Imports files for machines, and says what `npm run import -- FILES --host MACHINE --check` says of the program. Orders
// come as a line of JSON each, and so do the answers. The lines of "out" are written as with --out.
import { createInterface } from "node:readline";
import { checkProgram } from "../../../cli/import/check/check.ts";
import { importFiles, programOf } from "../../../cli/import/fromFiles.ts";
import { type MachineLogin } from "../../../cli/import/program.ts";
import { readHost } from "../../../cli/import/readHost.ts";

interface Order {
  files: string[];
  out: string;
  interface: string;
  /** The arguments of ssh. */
  args: string[];
  reach: MachineLogin;
}

let before: Promise<unknown> = Promise.resolve();

async function answer({ files, args, reach, ...options }: Order): Promise<object> {
  const machine = { reach, seen: await readHost(reach.host, args) };
  // A program is run with Pulumi's SDK, of which a process has one.
  const checked = before.then(() =>
    checkProgram(programOf(files, { interface: options.interface }, machine), machine),
  );
  before = checked.catch(() => undefined);
  const { changes, refusals, notes } = await checked;
  const { omitted } = importFiles(files, options, machine);
  return { changes, refusals, notes, omitted };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, order } = JSON.parse(line) as { id: number; order: Order };
  void answer(order)
    .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }))
    .then((said) => {
      console.log(JSON.stringify({ id, said }));
    });
});
