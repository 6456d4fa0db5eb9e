import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { files, program } from "../commandLine";
import { Monitor, NoMonitor } from "./monitor";
import { isAlive } from "./processes";

/** How long a process may take to end, milliseconds. */
const patience = 10_000;

/** A process of QEMU: a machine, or the switch between machines. Its folder has its monitor, log and number. */
export class QemuProcess {
  /**
   * @param folder The folder of its files.
   * @param title A name that no other process has in its command line.
   */
  constructor(
    private readonly folder: string,
    private readonly title: string,
  ) {}

  /** True when its monitor answers: a file may name a process that has ended long ago. */
  async isRunning(): Promise<boolean> {
    if (!existsSync(this.folder)) {
      return false;
    }
    try {
      await this.ask("query-status");
      return true;
    } catch (error) {
      if (error instanceof NoMonitor) {
        return false;
      }
      throw error;
    }
  }

  /**
   * Starts it, and waits until its monitor answers.
   * @param words The arguments of QEMU.
   * @throws Error with QEMU's own words.
   */
  async start(words: string[]): Promise<void> {
    const log = openSync(join(this.folder, files.log), "w", 0o600);
    // A session of its own, so that it outlives this process and the one that started that.
    const stdio = ["ignore", log, log] as const;
    const child = spawn(program, words, { cwd: this.folder, detached: true, stdio: [...stdio] });
    closeSync(log);
    const end = new Promise<string>((resolve) => {
      child.once("error", (error) => {
        resolve(explained(program, error));
      });
      child.once("exit", (code, signal) => {
        resolve(`${program} ended (${signal ?? `exit status ${code}`}): ${this.text(files.log)}`);
      });
    });
    const done = new AbortController();
    const why = await Promise.race([end, this.waitForMonitor(done.signal)]);
    done.abort();
    if (why !== undefined) {
      throw new Error(why);
    }
    child.unref();
  }

  /** Ends the process, whatever the machine in it does. */
  async quit(pid = this.pid()): Promise<void> {
    try {
      await this.ask("quit");
    } catch (error) {
      if (!(error instanceof NoMonitor)) {
        throw error;
      }
    }
    if (!(await ended(pid, patience)) && pid !== undefined) {
      process.kill(pid, "SIGKILL");
      await ended(pid, patience);
    }
  }

  /** The number of this process, while it lives. */
  pid(): number | undefined {
    try {
      const pid = Number(readFileSync(join(this.folder, files.pid), "utf8"));
      // Process numbers are used again, so the name in the command line is checked.
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes(this.title) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  /** Executes a command of its monitor. @throws NoMonitor when it does not run. */
  async ask(command: string, args?: Record<string, unknown>): Promise<unknown> {
    this.enterFolder();
    const monitor = await Monitor.open(files.monitor);
    try {
      return await monitor.execute(command, args);
    } finally {
      monitor.close();
    }
  }

  /** Makes the folder the working one: a socket's path must be short, but the folder's may be long. */
  enterFolder(): void {
    process.chdir(this.folder);
  }

  /** The text of one of its files; empty when it has none. */
  text(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd() : "";
  }

  /** Resolves once its monitor answers, or when the signal aborts. */
  private async waitForMonitor(signal: AbortSignal): Promise<undefined> {
    while (!signal.aborted && !(await this.isRunning())) {
      await sleep(50);
    }
  }
}

/**
 * Waits for the end of a process. Its command line disappears before its ports and files do, so that does not count as
 * the end.
 * @returns False when it has not ended within the timeout, milliseconds.
 */
export async function ended(pid: number | undefined, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (pid !== undefined && isAlive(pid)) {
    if (Date.now() > deadline) {
      return false;
    }
    await sleep(50);
  }
  return true;
}

/** Why a program did not work: that it is not there, or its own words. */
export function explained(
  name: string,
  error: NodeJS.ErrnoException & { stderr?: string },
): string {
  return error.code === "ENOENT"
    ? `${name} is not installed: run \`npm run setup\``
    : `${name}: ${error.stderr?.trim() ?? error.message}`;
}
