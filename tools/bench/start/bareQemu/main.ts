import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtBox } from "../../../../providers/qemu/box";
import type { BoxName } from "../../../../providers/qemu/boxes";
import { files, hasKvm, program, qemuArguments } from "../../../../providers/qemu/commandLine";
import { readLab, type MachineSettings } from "../../../../providers/qemu/settings";
import { greeted } from "../../../../providers/qemu/sshBanner";

/**
 * Starts both of a stack's machines with only the driver's own command lines, on disks that are made before: main.ts
 * STACK BOX. It prints the seconds from the start of both processes until both SSH servers have sent their greeting.
 */
const [stack = "dev", box = ""] = process.argv.slice(2);
void main([...readLab(process.cwd(), stack).machines.values()]);

async function main(machines: MachineSettings[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-bench-"));
  const running = machines.map((machine) => {
    const own = join(folder, machine.name);
    makeDisk(own);
    return { machine, own };
  });
  const begin = performance.now();
  const processes = running.map(({ machine, own }) =>
    spawn(program, qemuArguments(machine, hasKvm()), { cwd: own, stdio: "inherit" }),
  );
  try {
    await Promise.all(machines.map(({ sshPort }) => answered(sshPort)));
    console.log(Math.round((performance.now() - begin) / 100) / 10);
  } finally {
    for (const one of processes) {
      const end = once(one, "close");
      one.kill();
      await end;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeDisk(folder: string): void {
  const { disk, kernel, initrd } = builtBox(box as BoxName);
  mkdirSync(folder);
  symlinkSync(kernel, join(folder, files.kernel));
  symlinkSync(initrd, join(folder, files.initrd));
  const words = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", disk, files.disk];
  execFileSync("qemu-img", words, { cwd: folder });
}

async function answered(port: number): Promise<void> {
  const deadline = Date.now() + 300_000;
  await greeted(port, () => {
    if (Date.now() > deadline) {
      throw new Error(`no SSH server has answered at port ${port} for 300 s`);
    }
  });
}
