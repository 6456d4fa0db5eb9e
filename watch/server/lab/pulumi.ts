import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "../../../lab/paths.js";

/** Lines that say where a resource is kept, or only that something goes on. */
const idle = /^@ (previewing|updating)|^\s*\[(id|provider)=/;

/** An operation that has begun: " ~  command:remote:Command web updating (0s)". */
const begun = /^\s*(\+|~|-|\+-|-\+|\+\+|--)\s+\S+ \S+ (creating|updating|deleting|replacing)\b/;

/** Whether a line says that a resource is being changed. */
export function hasBegun(line: string): boolean {
  return begun.test(line);
}

/** Pulumi at work. */
export class PulumiRun {
  /** Whether something was changed, or may have been. */
  hasBegun = false;
  private readonly child: ChildProcess;
  readonly ended: Promise<boolean>;

  /** @param onLine Gets each line that it prints, as plain text. */
  constructor(args: string[], onLine: (line: string) => void) {
    const plain = ["--non-interactive", "--color", "never", "--suppress-progress"];
    // A process group of its own: Ctrl-C is for this program, which tells Pulumi in its own time.
    this.child = spawn("pulumi", [...args, ...plain, "--suppress-outputs"], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on("line", (line) => {
          this.hasBegun ||= hasBegun(line);
          if (!idle.test(line)) {
            onLine(line);
          }
        });
      }
    }
    this.ended = new Promise((resolve) => {
      this.child.on("close", (status) => {
        resolve(status === 0);
      });
      this.child.on("error", ({ message }) => {
        onLine(`error: ${message}`);
        resolve(false);
      });
    });
  }

  /** Asks it to stop, which it does once what it is doing is done. @returns When it has ended. */
  async stop(): Promise<void> {
    this.child.kill("SIGINT");
    await this.ended;
  }
}
