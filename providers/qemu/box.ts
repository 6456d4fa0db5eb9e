import { existsSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { digestOf } from "./digest";

/** What machines are made from, and the key that they let in: absolute paths. */
export interface Box {
  disk: string;
  kernel: string;
  initrd: string;
  identityFile: string;
}

/**
 * The box that set-up built last.
 * @throws Error where there is none
 */
export function currentBox(): Box {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "ipvs-lab/box");
  const current = join(folder, "current");
  if (!existsSync(current)) {
    throw new Error("The lab's box is not built yet: run `npm run setup`.");
  }
  // "ipvs-lab/debian12-0123abcd"
  const build = join(folder, readFileSync(current, "utf8").trim().slice(-8));
  return {
    disk: join(build, "disk.qcow2"),
    kernel: join(build, "vmlinuz"),
    initrd: join(build, "initrd"),
    identityFile: join(folder, "id_ed25519"),
  };
}

/**
 * Compares a box's disk with the digest that set-up noted beside it.
 * @throws Error where it was damaged; set-up builds the box anew then
 */
export async function checkDigest(disk: string): Promise<void> {
  const noted = `${disk}.sha256`;
  if (!existsSync(noted)) {
    return;
  }
  if ((await digestOf(disk)) !== readFileSync(noted, "utf8").trim()) {
    rmSync(join(dirname(dirname(disk)), "current"), { force: true });
    throw new Error(
      `${disk} is damaged (its digest is not the one in ${noted}): run \`npm run setup\`, which builds it anew.`,
    );
  }
}
