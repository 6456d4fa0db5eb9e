import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { commandFor } from "../../../lab/stackSetting.js";
import type { ChangeMessage } from "../../protocol.js";
import { RequestError } from "../requestError.js";
import { PulumiRun } from "./pulumi.js";
import { Settings, type Values } from "./settings.js";

/** The number of Pulumi's lines that are kept, and the time between two messages with new lines, ms. */
const [maxLines, sendInterval] = [2000, 200];

export interface ChangesOptions {
  stack: string;
  /** The stack's settings, Pulumi.<stack>.yaml. */
  file: string;
  /** The names of the service's members, in order. */
  members: () => string[];
  send: (message: ChangeMessage) => void;
  /** Called once a change is in force. */
  onApplied: () => Promise<void>;
  /** Starts Pulumi. */
  run?: (args: string[], onLine: (line: string) => void) => Pick<PulumiRun, keyof PulumiRun>;
}

/**
 * Changes the stack's settings through Pulumi, one change at a time. It previews a change with a copy of the settings.
 * After a yes it writes the same values into the file itself and runs an update. If the update fails midway, the file
 * keeps the new values, as on the command line. If it fails before it has changed anything, the file is restored.
 */
export class Changes {
  /** The last change. */
  current?: ChangeMessage;
  private text = { before: "", after: "" };
  private pulumi?: Pick<PulumiRun, keyof PulumiRun>;
  private timer?: NodeJS.Timeout;
  private isClosed = false;

  constructor(private readonly options: ChangesOptions) {}

  /** Previews a change. @throws RequestError when another change is under way, or when a value cannot be set. */
  async preview(values: Values): Promise<void> {
    if (this.current && ["previewing", "previewed", "applying"].includes(this.current.state)) {
      throw new RequestError(
        `change ${this.current.id} is ${this.current.state} already: apply or drop it first`,
        409,
      );
    }
    const before = this.read();
    const after = new Settings(before).with(values, this.options.members());
    this.text = { before, after };
    const id = (this.current?.id ?? 0) + 1;
    this.current = { type: "change", id, settings: values, state: "previewing", lines: [] };
    this.options.send(this.current);
    this.runPreview().catch(this.fail("refused"));
    return Promise.resolve();
  }

  /**
   * Applies a previewed change. @throws RequestError when it does not wait for a yes, or when the file has changed since.
   */
  async apply(id: number): Promise<void> {
    this.requireWaiting(id);
    if (this.read() !== this.text.before) {
      const why = `${basename(this.options.file)} has changed since the preview: preview again`;
      this.line(`error: ${why}`);
      this.setState("refused");
      throw new RequestError(why, 409);
    }
    this.line("");
    this.setState("applying");
    writeFileSync(this.options.file, this.text.after);
    this.runUpdate().catch(this.fail("failed"));
    return Promise.resolve();
  }

  /** Drops a previewed change. @throws RequestError when it does not wait for a yes or a no. */
  async drop(id: number): Promise<void> {
    this.requireWaiting(id);
    this.setState("dropped");
    return Promise.resolve();
  }

  /** Waits until Pulumi has finished its present work. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pulumi?.stop();
    clearTimeout(this.timer);
  }

  private async runPreview(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-watch-"));
    try {
      const copy = join(folder, basename(this.options.file));
      writeFileSync(copy, this.text.after, { mode: 0o600 });
      const done = await this.run("preview", "--diff", "--config-file", copy);
      this.setState(done ? "previewed" : "refused");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private async runUpdate(): Promise<void> {
    const { file, stack } = this.options;
    const done = await this.run("up", "--yes", "--skip-preview");
    if (!done && this.pulumi?.hasBegun === false && this.read() === this.text.after) {
      writeFileSync(file, this.text.before);
      this.line(`Nothing was changed; ${basename(file)} is as it was.`);
    } else if (!done) {
      this.line(
        `${basename(file)} has the new values: \`${commandFor(stack, "npm run up")}\` goes on with them.`,
      );
    }
    // The new state is sent before the message that the change is applied.
    await this.options.onApplied().catch((error: unknown) => {
      this.line(`error: ${String(error)}`);
    });
    this.setState(done ? "applied" : "failed");
  }

  private async run(...args: string[]): Promise<boolean> {
    const { stack, run } = this.options;
    const all = [...args, "--stack", stack, "--policy-pack", "policy"];
    const onLine = (line: string): void => {
      this.line(line);
    };
    this.pulumi = run ? run(all, onLine) : new PulumiRun(all, onLine);
    return this.pulumi.ended;
  }

  private fail(state: "refused" | "failed") {
    return (error: unknown): void => {
      this.line(`error: ${String(error)}`);
      this.setState(state);
    };
  }

  private requireWaiting(id: number): void {
    if (this.current?.id !== id || this.current.state !== "previewed") {
      throw new RequestError(`id: change ${id} does not wait for an answer`, 409);
    }
  }

  private read(): string {
    return readFileSync(this.options.file, "utf8");
  }

  private line(line: string): void {
    if (this.current) {
      const lines = [...this.current.lines, line].slice(-maxLines);
      this.current = { ...this.current, lines };
      // Pulumi prints many lines at once, so they are sent together.
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.sendCurrent();
      }, sendInterval);
    }
  }

  private setState(state: ChangeMessage["state"]): void {
    if (this.current) {
      this.current = { ...this.current, state };
      clearTimeout(this.timer);
      this.timer = undefined;
      this.sendCurrent();
    }
  }

  private sendCurrent(): void {
    if (this.current && !this.isClosed) {
      this.options.send(this.current);
    }
  }
}
