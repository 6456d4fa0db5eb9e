import { execa } from "execa";
import { root } from "./paths.js";

/** A stack's outputs; empty when it has none. */
export async function outputs(stack: string): Promise<Record<string, unknown>> {
  const args = ["stack", "output", "--json", "--stack", stack];
  const { stdout, exitCode } = await execa("pulumi", args, { cwd: root, reject: false });
  return exitCode === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : {};
}
