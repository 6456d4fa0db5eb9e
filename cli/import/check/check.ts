import type { HostState } from "../../../components/drift/hostState.js";
import type { WrittenProgram } from "../write/write.js";
import { callsOf } from "./calls.js";
import { compare, type Comparison } from "./compare.js";

/** What `npm run import -- --check` says. */
export interface Checked extends Comparison {
  /** True if `up` would change nothing on the machine. */
  isSame: boolean;
  /** What the program leaves out. */
  omitted: string[];
  /** The same for people. */
  text: string;
}

/** Compares an imported program with its machine, as a preview that adopts everything would. */
export async function checkProgram(
  { text: program, omitted, notes }: WrittenProgram,
  machine: { seen: HostState } | undefined,
): Promise<Checked> {
  if (!machine) {
    throw new Error("--check compares with a machine: name it with --host");
  }
  const { changes, refusals, notes: stays } = compare(await callsOf(program), machine.seen);
  const isSame = changes.length + refusals.length === 0;
  const lines = [
    ...refusals.map((why) => `refused: ${why}`),
    ...changes.map((what) => `change: ${what}`),
    isSame
      ? "up of the program changes nothing"
      : `up of the program ${refusals.length > 0 ? "is refused" : `changes ${changes.length} thing${changes.length > 1 ? "s" : ""}`}`,
  ];
  return {
    isSame,
    changes,
    refusals,
    omitted,
    notes: [...notes, ...stays],
    text: lines.join("\n"),
  };
}
