import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { builtBox, type Box } from "../../providers/qemu/box.js";
import { files, hasKvm, program, qemuArguments } from "../../providers/qemu/commandLine.js";
import { readMachines, type MachineSettings } from "../../providers/qemu/settings.js";
import { answersSsh } from "../../providers/qemu/sshBanner.js";
import { boxFor } from "../../setup/steps/box.js";
import { seconds } from "./seconds.js";

/**
 * Both machines with the driver's own command lines and nothing around them, on disks that were made before.
 * @returns Seconds from the start of both processes until both SSH servers have greeted.
 */
export async function bareQemu(project: string, stack: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-bench-"));
  const machines = [...readMachines(project, stack).values()];
  const box = builtBox(boxFor(stack));
  try {
    for (const { name } of machines) {
      await makeDisk(join(folder, name), box);
    }
    return await untilTheyAnswer(machines, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeDisk(folder: string, box: Box): Promise<void> {
  mkdirSync(folder);
  symlinkSync(box.kernel, join(folder, files.kernel));
  symlinkSync(box.initrd, join(folder, files.initrd));
  const words = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", box.disk, files.disk];
  await execa("qemu-img", words, { cwd: folder });
}

async function untilTheyAnswer(machines: MachineSettings[], folder: string): Promise<number> {
  const running = new AbortController();
  const ends: Promise<unknown>[] = [];
  try {
    return await seconds(async () => {
      const answers = machines.map(async (machine) => {
        const process = execa(program, qemuArguments(machine, hasKvm()), {
          ...{ cwd: join(folder, machine.name), cancelSignal: running.signal, stdin: "ignore" },
        });
        ends.push(process.catch(() => undefined));
        await Promise.race([process.then(endedEarly), answered(machine.sshPort, running.signal)]);
      });
      await Promise.all(answers);
    });
  } finally {
    running.abort();
    await Promise.all(ends);
  }
}

async function answered(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await answersSsh(port))) {
    await sleep(50);
  }
}

function endedEarly(): never {
  throw new Error(`${program} ended before its machine's SSH server answered`);
}
