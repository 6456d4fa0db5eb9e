import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive, readable, statusOf } from "../providers/qemu/processes.js";
import { state } from "./paths.js";

/** As Pulumi's file backend writes it. */
interface Lock {
  pid: number;
  hostname: string;
  timestamp: string;
}

/**
 * A Pulumi that was killed leaves its stack locked. A lock of this computer whose process is gone, or whose
 * number another process has by now, is removed; one that is held stays, and Pulumi says by whom.
 */
export function dropDeadLocks(stack: string): void {
  const folder = join(state, ".pulumi/locks/organization/ipvs-lab", stack);
  if (!existsSync(folder)) {
    return;
  }
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (lock.hostname === hostname() && !holds(lock, statSync(file).mtimeMs)) {
      rmSync(file);
      console.error(
        `! The run of ${lock.timestamp} (process ${lock.pid}) was killed and left stack ${stack} locked; unlocked.`,
      );
    }
  }
}

/**
 * By how much a process must be younger than a lock that it cannot have made, milliseconds. The clock may have
 * been set in the meantime, so of another Pulumi more is wanted.
 */
const [younger, youngerPulumi] = [2_000, 3_600_000];

/**
 * Whether the process that made a lock is there still.
 * @param made When the lock was written, milliseconds since 1970.
 */
export function holds({ pid }: Pick<Lock, "pid">, made: number): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  const begun = startOf(pid);
  const isPulumi = readable(`/proc/${pid}/comm`)?.startsWith("pulumi") === true;
  return begun === undefined || begun <= made + (isPulumi ? youngerPulumi : younger);
}

/** When a process began, milliseconds since 1970; undefined where this system does not tell. */
function startOf(pid: number): number | undefined {
  const ticks = Number(statusOf(pid)?.[19]);
  const boot = /^btime (\d+)$/m.exec(readable("/proc/stat") ?? "")?.[1];
  // The kernel tells times in hundredths of a second to all programs.
  return Number.isNaN(ticks) || boot === undefined ? undefined : Number(boot) * 1000 + ticks * 10;
}
