import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Reporter } from "../display";
import { commandFailed } from "../failure";
import type { LocalInputs } from "../inputs";
import { filesAsArchive, filesAsAssets } from "./files";
import { Output } from "./output";
import type { Printed } from "./remoteCommand";

/** The outputs of a command on this computer. */
export interface LocalOutputs extends Printed {
  assets?: Record<string, unknown>;
  archive?: Record<string, unknown>;
}

/** Runs a command on this computer. @throws Failure. */
export async function runHere(
  command: string,
  inputs: LocalInputs,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<LocalOutputs> {
  const { interpreter, environment, previous, stdin } = inputs;
  const dir = inputs.dir ?? process.cwd();
  const output = new Output(reporter, inputs.logging);
  if (!existsSync(dir)) {
    throw commandFailed(`chdir ${dir}: no such file or directory`, command, []);
  }
  const [program = "", ...words] = interpreter;
  const child = spawn(program, [...words, command], {
    cwd: dir,
    env: {
      ...process.env,
      ...environment,
      ...(previous.stdout && { PULUMI_COMMAND_STDOUT: previous.stdout }),
      ...(previous.stderr && { PULUMI_COMMAND_STDERR: previous.stderr }),
    },
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own, so that programs that it started end with it.
    detached: true,
  });
  child.stdout.on("data", (data: Buffer) => {
    output.add("stdout", data);
  });
  child.stderr.on("data", (data: Buffer) => {
    output.add("stderr", data);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  const abort = () => {
    kill(child);
  };
  signal.addEventListener("abort", abort);
  if (signal.aborted) {
    abort();
  }
  try {
    const [code, killer] = (await once(child, "close").catch((error: unknown) => {
      throw commandFailed(notStarted(program, error as NodeJS.ErrnoException), command, []);
    })) as [number | null, NodeJS.Signals | null];
    output.end();
    if (code !== 0) {
      const how = killer ? `signal: ${names[killer] ?? killer}` : `exit status ${code ?? 0}`;
      throw commandFailed(how, command, output.all);
    }
  } finally {
    signal.removeEventListener("abort", abort);
  }
  const { assetPaths, archivePaths } = inputs;
  return {
    stdout: output.text("stdout"),
    stderr: output.text("stderr"),
    ...(assetPaths && { assets: filesAsAssets(dir, assetPaths) }),
    ...(archivePaths && { archive: filesAsArchive(dir, archivePaths) }),
  };
}

const names: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGSEGV: "segmentation fault",
  SIGABRT: "aborted",
};

function kill(child: ChildProcess): void {
  if (child.pid !== undefined) {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  }
}

function notStarted(program: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") {
    return program.includes("/")
      ? `fork/exec ${program}: no such file or directory`
      : `exec: "${program}": executable file not found in $PATH`;
  }
  return error.code === "EACCES" ? `fork/exec ${program}: permission denied` : error.message;
}
