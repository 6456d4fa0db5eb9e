import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { checkDigest, type Box } from "./box";
import { boxNote } from "./boxes";
import { files, hasKvm, program, qemuArguments } from "./commandLine";
import { Monitor, NoMonitor, shutDown } from "./monitor";
import { portProblems } from "./ports";
import { isAlive } from "./processes";
import type { MachineSettings } from "./settings";
import { greeted } from "./sshBanner";

/** Vagrant's words for the states that a machine can be in. */
export type State = "not_created" | "halted" | "running" | "paused";

/** Timeouts, milliseconds. Without KVM, and beside other work, a boot may take minutes. */
const timeouts = { boot: 600_000, shutdown: 30_000, end: 10_000 };

/** A machine of the lab that QEMU runs. All of it is in its folder, and in one process. */
export class Machine {
  /**
   * @param settings The stack's present settings. A machine that runs has those that it was started with.
   * @param folder The folder of its files, with "id" among them while it exists.
   * @param box The box under the layer of its disk.
   * @param say Shows progress.
   */
  constructor(
    private readonly settings: MachineSettings,
    private readonly folder: string,
    private readonly box: () => Box,
    private readonly say: (text: string) => void,
  ) {}

  /** The machine's state, from QEMU itself: a file may name a process that has ended long ago. */
  async state(): Promise<State> {
    if (!existsSync(join(this.folder, "id"))) {
      return "not_created";
    }
    try {
      const status = await this.ask("query-status");
      return (status as { status: string }).status === "paused" ? "paused" : "running";
    } catch (error) {
      if (error instanceof NoMonitor) {
        return "halted";
      }
      throw error;
    }
  }

  /** Makes, starts or resumes it, and waits until its SSH server answers. */
  async up(): Promise<void> {
    const state = await this.state();
    if (state === "paused") {
      await this.ask("cont");
    } else if (state !== "running") {
      if (state === "not_created") {
        await this.create();
      }
      await this.start();
    }
    await this.waitForSsh();
  }

  /** Shuts it down, and starts it with the present settings. */
  async reload(): Promise<void> {
    await this.halt();
    await this.up();
  }

  async halt(): Promise<void> {
    const state = await this.state();
    if (state === "not_created") {
      return;
    }
    const pid = this.pid();
    if (state === "running") {
      this.say("Attempting graceful shutdown of the machine…");
      process.chdir(this.folder);
      await shutDown(files.agent);
      await ended(pid, timeouts.shutdown);
    }
    await this.quit(pid);
  }

  /** Ends the process and removes all files. */
  async destroy(): Promise<void> {
    if (!existsSync(this.folder)) {
      return;
    }
    this.say("Removing the machine…");
    await this.quit();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async create(): Promise<void> {
    const box = this.box();
    const { disk, kernel, initrd } = box;
    await checkDigest(box);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.linkOrCopy(disk, files.base);
    this.linkOrCopy(kernel, files.kernel);
    this.linkOrCopy(initrd, files.initrd);
    const words = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", files.base, files.disk];
    await this.run("qemu-img", words);
    writeFileSync(join(this.folder, boxNote), `${box.name}\n`);
    writeFileSync(join(this.folder, "id"), randomUUID());
  }

  /** Links a file of the box into the machine's folder, or copies it from another file system. */
  private linkOrCopy(file: string, name: string): void {
    const own = join(this.folder, name);
    try {
      linkSync(file, own);
    } catch (error) {
      if (!["EXDEV", "EPERM", "EMLINK"].includes((error as NodeJS.ErrnoException).code ?? "")) {
        throw error;
      }
      copyFileSync(file, own, constants.COPYFILE_FICLONE);
    }
  }

  private async start(): Promise<void> {
    const problems = await portProblems(this.settings);
    if (problems.length > 0) {
      throw new Error(problems.join("\n"));
    }
    this.say("Starting the machine…");
    const words = qemuArguments(this.settings, hasKvm());
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

  /** Resolves once its monitor answers, or when the signal aborts. */
  private async waitForMonitor(signal: AbortSignal): Promise<undefined> {
    while (!signal.aborted && (await this.state()) === "halted") {
      await sleep(50);
    }
  }

  private async waitForSsh(): Promise<void> {
    this.say("Waiting for the machine's SSH server…");
    const deadline = Date.now() + timeouts.boot;
    await greeted(this.settings.sshPort, async () => {
      if ((await this.state()) === "halted") {
        throw new Error(
          `${this.settings.name} ended while it booted.\n${this.text(files.log)}\n${this.lastWords()}`,
        );
      }
      if (Date.now() > deadline) {
        const seconds = timeouts.boot / 1000;
        throw new Error(
          `${this.settings.name} runs, and its SSH server has not answered within ${seconds} s.\n${this.lastWords()}`,
        );
      }
    });
  }

  /** Ends the process, whatever the machine in it does. */
  private async quit(pid = this.pid()): Promise<void> {
    try {
      await this.ask("quit");
    } catch (error) {
      if (!(error instanceof NoMonitor)) {
        throw error;
      }
    }
    if (!(await ended(pid, timeouts.end)) && pid !== undefined) {
      process.kill(pid, "SIGKILL");
      await ended(pid, timeouts.end);
    }
  }

  /** The number of this machine's process, while it lives. */
  private pid(): number | undefined {
    try {
      const pid = Number(readFileSync(join(this.folder, files.pid), "utf8"));
      // Process numbers are used again, so the name in the command line is checked.
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes(this.settings.title) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  private async ask(command: string): Promise<unknown> {
    // A socket's path must be short, but the folder's may be long.
    process.chdir(this.folder);
    const monitor = await Monitor.open(files.monitor);
    try {
      return await monitor.execute(command);
    } finally {
      monitor.close();
    }
  }

  /** The last lines that the kernel printed. */
  private lastWords(): string {
    return this.text(files.console).split("\n").slice(-5).join("\n");
  }

  private text(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd() : "";
  }

  /** @throws Error with the program's output. */
  private async run(name: string, words: string[]): Promise<void> {
    await promisify(execFile)(name, words, { cwd: this.folder }).catch((error: unknown) => {
      throw new Error(explained(name, error as Error), { cause: error });
    });
  }
}

/**
 * Waits for the end of a process. Its command line disappears before its ports and files do, so that does not count as
 * the end.
 * @returns False when it has not ended within the timeout, milliseconds.
 */
async function ended(pid: number | undefined, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (pid !== undefined && isAlive(pid)) {
    if (Date.now() > deadline) {
      return false;
    }
    await sleep(50);
  }
  return true;
}

function explained(name: string, error: NodeJS.ErrnoException & { stderr?: string }): string {
  return error.code === "ENOENT"
    ? `${name} is not installed: run \`npm run setup\``
    : `${name}: ${error.stderr?.trim() ?? error.message}`;
}
