import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Waits until no other process has the lock, and holds it while `work` runs. flock(1) holds it, so a killed process
 * releases it.
 * @param file The lock's path; the file stays.
 * @param onWait Called when another process has the lock.
 */
export async function locked(
  file: string,
  onWait: () => void,
  work: () => Promise<void>,
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const words = [file, "sh", "-c", "echo locked; cat"];
  const holder = spawn("flock", words, { stdio: ["pipe", "pipe", "inherit"] });
  const waits = setTimeout(onWait, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once("error", reject).once("close", (code) => {
        reject(new Error(`flock ${file} ended with exit status ${code}`));
      });
      holder.stdout.once("data", () => {
        resolve();
      });
    });
    clearTimeout(waits);
    await work();
  } finally {
    clearTimeout(waits);
    holder.stdin.end();
  }
}
