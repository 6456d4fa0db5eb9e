import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { boxesFolder, pointerOf, type BoxName } from "./boxes";
import { digestOf } from "./digest";

/** The files that machines are made from: absolute paths. */
export interface Box {
  name: BoxName;
  disk: string;
  kernel: string;
  initrd: string;
}

/** The private key that logs in to all machines. */
export function identityFile(): string {
  return join(boxesFolder(), "id_ed25519");
}

/**
 * A box as set-up last built it.
 * @throws Error when it is not built.
 */
export function builtBox(name: BoxName): Box {
  const pointer = pointerOf(name);
  if (!existsSync(pointer)) {
    throw new Error(
      `The lab's box ${name} is not built yet: run \`IPVS_LAB_BOX=${name} npm run setup\`.`,
    );
  }
  const build = join(boxesFolder(), readFileSync(pointer, "utf8").trim().slice(-8));
  return {
    name,
    disk: join(build, "disk.qcow2"),
    kernel: join(build, "vmlinuz"),
    initrd: join(build, "initrd"),
  };
}

const checks = new Map<string, Promise<void>>();

/**
 * Compares a box's disk with the digest that set-up wrote beside it, once for all machines of this process.
 * @throws Error when the disk is damaged. Set-up then builds the box again.
 */
export function checkDigest(box: Box): Promise<void> {
  const check = checks.get(box.disk) ?? compareDigest(box);
  checks.set(box.disk, check);
  return check;
}

async function compareDigest({ name, disk }: Box): Promise<void> {
  const noted = `${disk}.sha256`;
  if (!existsSync(noted)) {
    return;
  }
  if ((await digestOf(disk)) !== readFileSync(noted, "utf8").trim()) {
    rmSync(pointerOf(name), { force: true });
    throw new Error(
      `${disk} is damaged (its digest is not the one in ${noted}): run \`IPVS_LAB_BOX=${name} npm run setup\`, which builds it anew.`,
    );
  }
}
