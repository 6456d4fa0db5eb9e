import { readFileSync } from "node:fs";

/** True for a process that runs or is ending; false for a zombie, which only waits for its parent. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^[ZX]$/.test(statusOf(pid)?.[0] ?? "");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The fields of /proc/PID/stat from the third on, which is the state. The second may hold spaces and brackets. */
export function statusOf(pid: number): string[] | undefined {
  const text = textIfReadable(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** A file's text; undefined when it cannot be read. */
export function textIfReadable(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
