import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(__dirname, "../../../setup/libvirt.sh");

/** True when `libvirt.sh stop` leaves the folder of disks. @param virsh A line for the shell that stands for virsh. */
function keeps(virsh: string, disks: string[]): boolean {
  const root = mkdtempSync(join(tmpdir(), "libvirt-"));
  const machines = join(root, "cache/ipvs-lab/machines");
  const bin = join(root, "bin");
  for (const folder of [machines, bin]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const disk of disks) {
    writeFileSync(join(machines, disk), "");
  }
  // A user who is not root has a folder of their own.
  const programs = { virsh, id: "echo 1000" };
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  try {
    execFileSync("bash", [script, "stop"], {
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
        XDG_CACHE_HOME: join(root, "cache"),
      },
    });
    return existsSync(machines);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const list = (...names: string[]) =>
  `case $* in *"list --all --name"*) printf '%s\\n' ${names.join(" ")} ;; esac`;

test.each([
  ["a machine of a lab is left", list("ipvs-lab-dev-0a1b2c-machine1"), ["disk.img"], true],
  ["only machines of others are left", list("others"), ["disk.img"], false],
  ["libvirt does not answer, and machines may be halted", "exit 1", ["disk.img"], true],
  ["libvirt does not answer, and there is no disk", "exit 1", [], false],
])("the disks' folder where %s", (_, virsh, disks, stays) => {
  expect(keeps(virsh, disks)).toBe(stays);
});
