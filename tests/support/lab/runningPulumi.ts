import { ChildProcess, spawn } from "node:child_process";
import { root, stack } from "./harness";

/** Pulumi while it runs. */
export interface Running {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

/** Starts Pulumi in a process group of its own. */
export function start(...args: string[]): Running {
  const child = spawn("pulumi", [...args, "--stack", stack, "--non-interactive"], {
    cwd: root,
    detached: true,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => (output += data.toString()));
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, output: () => output, ended };
}

/** Waits for a line of its display. */
export async function says(running: Running, words: RegExp): Promise<void> {
  while (!words.test(running.output())) {
    if (running.child.exitCode !== null) {
      throw new Error(`it ended without saying ${words}:\n${running.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
