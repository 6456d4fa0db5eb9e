import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive, textIfReadable, statusOf } from "../providers/qemu/process/processes.js";
import { state } from "./paths.js";

/** A lock as Pulumi's file backend writes it. */
interface Lock {
  pid: number;
  hostname: string;
  timestamp: string;
}

/**
 * Removes locks that a killed Pulumi has left on a stack. A lock of this computer goes when its process is gone, or
 * when another process has that number by now. A lock that is held stays, and Pulumi names its holder.
 */
export function dropDeadLocks(stack: string): void {
  const folder = join(state, ".pulumi/locks/organization/ipvs-lab", stack);
  if (!existsSync(folder)) {
    return;
  }
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (lock.hostname === hostname() && !isHeld(lock, statSync(file).mtimeMs)) {
      rmSync(file);
      console.error(
        `! The run of ${lock.timestamp} (process ${lock.pid}) was killed and left stack ${stack} locked; unlocked.`,
      );
    }
  }
}

/**
 * A process that started this many milliseconds after a lock cannot have made it. The clock may have been set in the
 * meantime, so the margin is larger when the process is a Pulumi.
 */
const [younger, youngerPulumi] = [2_000, 3_600_000];

/**
 * True when the process that made a lock still runs.
 * @param made The time at which the lock was written, milliseconds since 1970.
 */
export function isHeld({ pid }: Pick<Lock, "pid">, made: number): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  const begun = startOf(pid);
  const isPulumi = textIfReadable(`/proc/${pid}/comm`)?.startsWith("pulumi") === true;
  return begun === undefined || begun <= made + (isPulumi ? youngerPulumi : younger);
}

/** The time at which a process began, milliseconds since 1970; undefined where this system does not tell. */
function startOf(pid: number): number | undefined {
  const ticks = Number(statusOf(pid)?.[19]);
  const boot = /^btime (\d+)$/m.exec(textIfReadable("/proc/stat") ?? "")?.[1];
  // The kernel tells times in hundredths of a second to all programs.
  return Number.isNaN(ticks) || boot === undefined ? undefined : Number(boot) * 1000 + ticks * 10;
}
