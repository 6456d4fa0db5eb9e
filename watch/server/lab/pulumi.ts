import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "../../../lab/paths.js";

/** Lines without news: a resource's id or provider, or a sign that an operation goes on. */
const idle = /^@ (previewing|updating)|^\s*\[(id|provider)=/;

/** The line of an operation that has started: " ~  command:remote:Command web updating (0s)". */
const operationStarted =
  /^\s*(\+|~|-|\+-|-\+|\+\+|--)\s+\S+ \S+ (creating|updating|deleting|replacing)\b/;

/** True for a line which says that a resource is being changed. */
export function startsOperation(line: string): boolean {
  return operationStarted.test(line);
}

/** A run of Pulumi. */
export class PulumiRun {
  /** True when something was changed, or may have been. */
  hasBegun = false;
  private readonly child: ChildProcess;
  readonly ended: Promise<boolean>;

  /** @param onLine Called with each line of its output, as plain text. */
  constructor(args: string[], onLine: (line: string) => void) {
    const plain = ["--non-interactive", "--color", "never", "--suppress-progress"];
    // A process group of its own: Ctrl-C reaches only this program, which stops Pulumi properly.
    this.child = spawn("pulumi", [...args, ...plain, "--suppress-outputs"], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on("line", (line) => {
          this.hasBegun ||= startsOperation(line);
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

  /** Asks Pulumi to stop after its present work. @returns A promise for its end. */
  async stop(): Promise<void> {
    this.child.kill("SIGINT");
    await this.ended;
  }
}
