import { ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { esModules } from "../evaluate";

export const root = join(__dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-watch-test-"));
let scripts = 0;
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The server's modules are ES modules: these run a few lines with them in a process of their own. */
function script(code: string): string[] {
  const file = join(folder, `${++scripts}.mts`);
  writeFileSync(file, code.replaceAll("@watch", join(root, "watch")));
  return [esModules, file];
}

/** @returns What the lines print, as JSON. @throws Error with what they complain of. */
export function evaluate(code: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, script(code), {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout);
}

/** A process that prints lines of JSON. */
export class Lines {
  private readonly child: ChildProcess;
  private readonly lines: unknown[] = [];
  private wake: (() => void) | undefined;
  private complaints = "";

  constructor(code: string) {
    this.child = spawn(process.execPath, script(code), {
      cwd: root,
      stdio: "pipe",
    });
    this.child.stderr?.on("data", (data: Buffer) => (this.complaints += data.toString()));
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        this.lines.push(JSON.parse(line));
        this.wake?.();
      });
    }
    this.child.on("close", () => this.wake?.());
  }

  /** Gives it a line of JSON to read. */
  say(what: unknown): void {
    this.child.stdin?.write(`${JSON.stringify(what)}\n`);
  }

  /** The next line. @throws Error where there is none to come. */
  async next<T>(): Promise<T> {
    while (this.lines.length === 0) {
      if (this.child.exitCode !== null) {
        throw new Error(`it has ended: ${this.complaints}`);
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.lines.shift() as T;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.on("close", resolve));
    if (this.child.kill("SIGKILL")) {
      await ended;
    }
  }
}
