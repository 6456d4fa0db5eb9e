import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { enterEnvironment } from "../lab/environment.js";
import { root } from "../lab/paths.js";
import { isInState, stateFile } from "../lab/stackFile.js";

const loader = join(root, "setup/loadTypeScript.cjs");
const program = join(root, "providers/early/main.ts");

/**
 * Pulumi's providers, started before Pulumi (providers/early): meanwhile they read the machines of the last run. They
 * end with this command and the Pulumi that uses them, whichever ends last and however it ends.
 */
export class EarlyProviders {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** The ports, or nothing if they have ended instead. */
  private readonly ports: Promise<string[]>;

  /** @param state The file of the stack's state. */
  constructor(state: string) {
    this.child = spawn(process.execPath, ["--require", loader, program, state], {
      cwd: root,
      stdio: ["pipe", "pipe", "inherit"],
      // Pulumi tells them of Ctrl-C itself.
      detached: true,
    });
    const line = once(createInterface({ input: this.child.stdout }), "line");
    const ended = once(this.child, "close").then(() => [""]);
    this.ports = Promise.race([line, ended]).then(
      ([text]) => String(text).split(" ").filter(Boolean),
      () => [],
    );
    // They may have ended.
    this.child.stdin.on("error", () => undefined);
  }

  /** The variable with which Pulumi uses them; none if they did not start. */
  async variables(): Promise<Record<string, string>> {
    const [command, vagrant] = await this.ports;
    return command !== undefined && vagrant !== undefined
      ? { PULUMI_DEBUG_PROVIDERS: `command:${command},vagrant:${vagrant}` }
      : {};
  }

  /** Keeps them until a Pulumi has ended, should this command end before. */
  serve(pulumi: number | undefined): void {
    this.child.stdin.write(`${pulumi ?? ""}`);
  }

  /** Ends them. */
  async end(): Promise<void> {
    const { child } = this;
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) {
      await once(child, "close");
    }
  }
}

/** Runs work with the providers of a stack; without them where they could not be Pulumi's own choice. */
export async function withEarlyProviders<T>(
  stack: string,
  work: (early: EarlyProviders | undefined) => Promise<T>,
): Promise<T> {
  const { IPVS_LAB_COMMAND_ENGINE: engine = "kept", PULUMI_DEBUG_PROVIDERS: others } = process.env;
  if (!isInState(stack) || engine !== "kept" || others !== undefined) {
    return work(undefined);
  }
  enterEnvironment();
  const early = new EarlyProviders(stateFile(stack));
  try {
    return await work(early);
  } finally {
    await early.end();
  }
}
