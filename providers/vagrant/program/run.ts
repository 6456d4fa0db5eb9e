import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** A finished program: its exit code (null when a signal ended it) and its output. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The options of a program. */
export interface RunOptions {
  /** Working folder; the caller has made sure that it exists. */
  cwd?: string;
  /** Variables added to this process's own environment. */
  environment?: Record<string, string>;
  /** Called with each line of standard output as it comes. */
  onLine?: (line: string) => void;
}

/** The program is not on PATH. */
export class ProgramMissing extends Error {}

/** Pulumi asked to stop: nothing more is started. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled");
  }
}

/** The programs that run now, and the way to stop them. There is one of these per provider process. */
export class Programs {
  private readonly running = new Set<ChildProcess>();
  private readonly stopped = new AbortController();

  /** Aborts when `interrupt` is called. */
  get signal(): AbortSignal {
    return this.stopped.signal;
  }

  /**
   * Runs a program to its end. Arguments are passed without a shell. A program's failure is not thrown.
   * @throws ProgramMissing and Cancelled.
   */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    if (this.signal.aborted) {
      throw new Cancelled();
    }
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    try {
      const code = await ended(child, program);
      return { code, stdout: lines.join("\n"), stderr };
    } finally {
      this.running.delete(child);
    }
  }

  /** Asks running programs to stop, as Ctrl-C would, and lets nothing more start. */
  interrupt(): void {
    this.stopped.abort();
    for (const child of this.running) {
      child.kill("SIGINT");
    }
  }
}

function ended(child: ChildProcess, program: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      reject(missing ? new ProgramMissing(`the program ${program} is not on PATH`) : error);
    });
    child.on("close", resolve);
  });
}
