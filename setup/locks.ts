import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { state } from "./paths.js";

/** As Pulumi's file backend writes it. */
interface Lock {
  pid: number;
  hostname: string;
  timestamp: string;
}

/**
 * A Pulumi that was killed leaves its stack locked. A lock of this computer whose process is gone is
 * removed; one that is held stays, and Pulumi says by whom.
 */
export function dropDeadLocks(stack: string): void {
  const folder = join(state, ".pulumi/locks/organization/ipvs-lab", stack);
  if (!existsSync(folder)) {
    return;
  }
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (lock.hostname === hostname() && !isAlive(lock.pid)) {
      rmSync(file);
      console.error(
        `! The run of ${lock.timestamp} (process ${lock.pid}) was killed and left stack ${stack} locked; unlocked.`,
      );
    }
  }
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
