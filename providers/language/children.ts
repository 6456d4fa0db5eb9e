import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The end of a process: an exit code, or a signal. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The options of a process. */
export interface Running {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Its standard input; by default none. */
  input?: Uint8Array;
  onStdout: (data: Buffer) => void;
  onStderr: (data: Buffer) => void;
}

// The official language host waits the same time for a program that was asked to stop, and for the output of processes
// that outlive the one it started. Milliseconds.
const stopTimeout = 5_000;

/** The processes that run for the engine now, and the way to end them. */
export class Children {
  private readonly running = new Map<ChildProcess, Promise<Ending>>();

  /** Starts a process. Its output is handed on as it comes. */
  start(file: string, args: readonly string[], options: Running): Child {
    const process = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.input ? "pipe" : "ignore", "pipe", "pipe"],
    });
    process.stdout?.on("data", options.onStdout);
    process.stderr?.on("data", options.onStderr);
    // It may end before it has read everything; its end says more than this error.
    process.stdin?.on("error", () => undefined).end(options.input);
    const ended = ending(process).finally(() => this.running.delete(process));
    this.running.set(process, ended);
    return { ended, stop: () => stop(process, ended) };
  }

  /** Ends all; resolves when they are gone. */
  async stop(): Promise<void> {
    await Promise.allSettled([...this.running].map(([process, ended]) => stop(process, ended)));
  }
}

/** A process that was started. */
export interface Child {
  /** Its end, once its output has been handed on. Rejected when it could not be started. */
  ended: Promise<Ending>;
  /** Interrupts it as Ctrl-C would, and kills it when that does not help. */
  stop: () => Promise<void>;
}

async function ending(process: ChildProcess): Promise<Ending> {
  const closed = once(process, "close");
  closed.catch(() => undefined);
  const [code, signal] = (await once(process, "exit")) as [number | null, NodeJS.Signals | null];
  const timer = new AbortController();
  await Promise.race([closed, delay(timer.signal)]);
  timer.abort();
  return { code, signal };
}

async function stop(process: ChildProcess, ended: Promise<unknown>): Promise<void> {
  process.kill("SIGINT");
  const timer = new AbortController();
  void delay(timer.signal).then(() => process.exitCode ?? process.kill("SIGKILL"));
  await ended.catch(() => undefined);
  timer.abort();
}

/** Resolves after the timeout, or at once when the signal aborts. */
function delay(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, stopTimeout);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** In words: "exit code 3". */
export function endingInWords({ code, signal }: Ending): string {
  return signal ? `signal ${signal}` : `exit code ${code ?? "unknown"}`;
}
