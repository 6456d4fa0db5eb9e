import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Waits until no other process has the lock, and holds it while `work` runs. flock(1) holds it, so that a process
 * that is killed gives it up.
 * @param file Its path; it stays.
 * @param onWait Called where another process has it.
 */
export async function locked(
  file: string,
  onWait: () => void,
  work: () => Promise<void>,
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const holder = spawn("flock", ["--verbose", file, "cat"], { stdio: ["pipe", "pipe", "ignore"] });
  const waits = setTimeout(onWait, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once("error", reject).once("close", (code) => {
        reject(new Error(`flock ${file} ended with exit status ${code}`));
      });
      // "flock: executing cat", once it has the lock.
      holder.stdout.on("data", (text: Buffer) => {
        if (text.toString().includes("executing")) {
          resolve();
        }
      });
    });
    clearTimeout(waits);
    await work();
  } finally {
    clearTimeout(waits);
    holder.stdin.end();
  }
}
