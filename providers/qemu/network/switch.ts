import { existsSync, mkdirSync, rmSync } from "node:fs";
import { switchArguments } from "../commandLine";
import { QemuProcess } from "../process/qemuProcess";
import type { Lab } from "../settings";
import { switchPortProblems } from "./ports";

/**
 * The switch that joins more than two machines: a QEMU without a machine. It needs no privilege, and makes nothing on
 * the host but sockets on 127.0.0.1.
 */
export class Switch {
  private readonly qemu: QemuProcess;

  /** @param folder The folder of its files. */
  constructor(
    private readonly lab: Lab,
    private readonly folder: string,
  ) {
    this.qemu = new QemuProcess(folder, lab.switchTitle ?? "");
  }

  /** Starts it, if the machines need one and it does not run. @throws Error that names ports that are taken. */
  async start(): Promise<void> {
    const { machines, switchTitle } = this.lab;
    if (switchTitle === undefined || (await this.qemu.isRunning())) {
      return;
    }
    const all = [...machines.values()];
    const problems = await switchPortProblems(all);
    if (problems.length > 0) {
      throw new Error(problems.join("\n"));
    }
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    await this.qemu.start(switchArguments(switchTitle, all));
  }

  /** Ends it, and removes its files. */
  async end(): Promise<void> {
    if (existsSync(this.folder)) {
      await this.qemu.quit();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}
