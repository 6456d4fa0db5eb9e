import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkDigest, type Box } from "./box";
import { boxNote } from "./boxes";
import { files, hasKvm, labNetwork, qemuArguments } from "./commandLine";
import { portProblems } from "./network/ports";
import { NoMonitor, shutDown } from "./process/monitor";
import { ended, explained, QemuProcess } from "./process/qemuProcess";
import type { MachineSettings } from "./settings";
import { greeted } from "./sshBanner";

/** Vagrant's words for the states that a machine can be in. */
export type State = "not_created" | "halted" | "running" | "paused";

/** Timeouts, milliseconds. Without KVM, and beside other work, a boot may take minutes. */
const timeouts = { boot: 600_000, shutdown: 30_000 };

/** A machine of the lab that QEMU runs. All of it is in its folder, and in one process. */
export class Machine {
  private readonly qemu: QemuProcess;

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
  ) {
    this.qemu = new QemuProcess(folder, settings.title);
  }

  /** The machine's state, from QEMU itself: a file may name a process that has ended long ago. */
  async state(): Promise<State> {
    if (!existsSync(join(this.folder, "id"))) {
      return "not_created";
    }
    try {
      const status = await this.qemu.ask("query-status");
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
      await this.qemu.ask("cont");
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
    const pid = this.qemu.pid();
    if (state === "running") {
      this.say("Attempting graceful shutdown of the machine…");
      this.qemu.enterFolder();
      await shutDown(files.agent);
      await ended(pid, timeouts.shutdown);
    }
    await this.qemu.quit(pid);
  }

  /**
   * Pulls its cable of the lab's network out of the card, or plugs it in again. The machine sees that as it would see a
   * real one. @throws Error when it does not run.
   */
  async cable(isPlugged: boolean): Promise<void> {
    const state = await this.state();
    if (state === "not_created" || state === "halted") {
      throw new Error(`${this.settings.name} does not run, so its cable cannot be moved`);
    }
    await this.qemu.ask("set_link", { name: labNetwork, up: isPlugged });
  }

  /** Ends the process and removes all files. */
  async destroy(): Promise<void> {
    if (!existsSync(this.folder)) {
      return;
    }
    this.say("Removing the machine…");
    await this.qemu.quit();
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
    await this.qemu.start(qemuArguments(this.settings, hasKvm()));
  }

  private async waitForSsh(): Promise<void> {
    this.say("Waiting for the machine's SSH server…");
    const deadline = Date.now() + timeouts.boot;
    await greeted(this.settings.sshPort, async () => {
      if ((await this.state()) === "halted") {
        throw new Error(
          `${this.settings.name} ended while it booted.\n${this.qemu.text(files.log)}\n${this.lastWords()}`,
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

  /** The last lines that the kernel printed. */
  private lastWords(): string {
    return this.qemu.text(files.console).split("\n").slice(-5).join("\n");
  }

  /** @throws Error with the program's output. */
  private async run(name: string, words: string[]): Promise<void> {
    await promisify(execFile)(name, words, { cwd: this.folder }).catch((error: unknown) => {
      throw new Error(explained(name, error as Error), { cause: error });
    });
  }
}
