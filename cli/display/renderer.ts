import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { duration } from "../../setup/display/duration.js";
import { glyphs } from "../../setup/display/glyphs.mjs";
import { changes, counts, pastTenseOf, sign, titleOf } from "./operations.js";

/** A resource's operation that is running: its start, in seconds since 1970, and its output. */
interface Running {
  since: number;
  /** The commands that it ran on its machine. */
  commands: string[];
  last: string;
}

/** Fields of events that Pulumi sends and its types leave out. */
interface UntypedFields {
  resourcePreEvent?: { planning?: boolean };
  summaryEvent?: { isPreview?: boolean };
}

/**
 * Turns Pulumi's events into lines for a log: each finished operation with its time and the commands that it ran, and
 * errors and warnings in full. The lines are plain text without terminal codes.
 */
export class Renderer {
  private isPreview: boolean | undefined;
  private failed = false;
  private readonly running = new Map<string, Running>();
  private readonly said = new Set<string>();
  /** The errors of this operation, with which it ends: whoever looks at the last lines sees why it failed. */
  private errors: string[] = [];
  /** True when an error is not printed yet, or operations have ended since. */
  private areErrorsDue = false;
  /** Lines that came before it was known whether this is a preview. */
  private waiting: string[] = [];

  /** @param stack The name of the stack, for headings. */
  constructor(private readonly stack: string) {}

  /** The lines for an event. Most events have none. */
  render(event: EngineEvent & UntypedFields): string[] {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    if (resourcePreEvent) {
      const heading = this.begin(resourcePreEvent.planning === true);
      return [...heading, ...this.starts(resourcePreEvent.metadata, event.timestamp)];
    }
    if (resOutputsEvent && !this.isPreview) {
      return this.ends(resOutputsEvent.metadata, event.timestamp);
    }
    if (resOpFailedEvent) {
      return this.fails(resOpFailedEvent.metadata, event.timestamp);
    }
    if (event.summaryEvent) {
      const { isPreview = this.isPreview === true, durationSeconds } = event.summaryEvent;
      const heading = this.begin(isPreview);
      const total = counts(event.summaryEvent.resourceChanges, isPreview);
      const lines = [
        ...heading,
        ...this.remaining(),
        this.summary(total || "nothing to do", durationSeconds),
      ];
      this.end();
      return lines;
    }
    if (event.cancelEvent) {
      return [...this.waiting.splice(0), ...this.remaining()];
    }
    const lines = this.says(event);
    if (this.isPreview === undefined) {
      this.waiting.push(...lines);
      return [];
    }
    return lines;
  }

  /**
   * A line for each operation that is still running, for when nothing was printed for a while.
   * @param now Seconds since 1970.
   */
  heartbeat(now: number): string[] {
    return [...this.running].map(([urn, { since, last }]) => {
      const said = last === "" ? "" : `: ${last}`;
      return `  ${glyphs.more} ${titleOf(urn)} (${duration(now - since)})${said}`;
    });
  }

  private begin(isPreview: boolean): string[] {
    if (this.isPreview !== undefined) {
      return [];
    }
    this.isPreview = isPreview;
    const heading = isPreview
      ? `${glyphs.doing} Preview of stack ${this.stack}`
      : `${glyphs.doing} Changing stack ${this.stack}`;
    return [heading, ...this.waiting.splice(0)];
  }

  private starts(metadata: StepEventMetadata, now: number): string[] {
    if (metadata.op === "same" || !isResource(metadata)) {
      return [];
    }
    if (!this.isPreview) {
      this.running.set(metadata.urn, { since: now, commands: [], last: "" });
      return [];
    }
    const { properties, lines } = changes(metadata);
    const changed = metadata.op === "update" ? properties : (metadata.keys ?? properties);
    const what = changed.length > 0 ? `: ${changed.join(", ")}` : "";
    return [
      `  ${sign(metadata.op)} ${titleOf(metadata.urn)}${what}`,
      ...lines.map((line) => `      ${line}`),
    ];
  }

  private ends(metadata: StepEventMetadata, now: number): string[] {
    const run = this.running.get(metadata.urn);
    if (!run) {
      return [];
    }
    this.running.delete(metadata.urn);
    this.areErrorsDue ||= this.errors.length > 0;
    const time = duration(now - run.since);
    return [
      `  ${sign(metadata.op)} ${titleOf(metadata.urn)} ${pastTenseOf(metadata.op)} (${time})`,
      ...run.commands.map((command) => `      ${command}`),
    ];
  }

  private fails(metadata: StepEventMetadata, now: number): string[] {
    this.failed = true;
    const run = this.running.get(metadata.urn);
    this.running.delete(metadata.urn);
    const time = run ? ` (${duration(now - run.since)})` : "";
    return [`  ${glyphs.failed} ${titleOf(metadata.urn)} failed${time}`];
  }

  /** Lines for diagnostics, violations of policies and the output of programs. */
  private says({ diagnosticEvent, policyEvent, stdoutEvent }: EngineEvent): string[] {
    if (policyEvent) {
      const { enforcementLevel, policyName, message, resourceUrn } = policyEvent;
      const stops = enforcementLevel === "mandatory";
      this.failed ||= stops;
      const at = resourceUrn ? ` ${titleOf(resourceUrn)}` : "";
      const head = `policy ${policyName} (${stops ? "mandatory" : "advisory"})${at}:`;
      const lines = this.once([`  ${stops ? glyphs.failed : "!"} ${head}`, ...indented(message)]);
      return stops ? this.fail(lines) : lines;
    }
    if (stdoutEvent) {
      return indented(stdoutEvent.message, "  ");
    }
    if (!diagnosticEvent || (diagnosticEvent.severity as string) === "debug") {
      return [];
    }
    const { urn, severity, ephemeral, message, prefix = "" } = diagnosticEvent;
    const run = urn === undefined ? undefined : this.running.get(urn);
    if (ephemeral && severity === "info") {
      if (run) {
        this.notes(run, message);
      }
      return [];
    }
    this.failed ||= severity === "error";
    const text = `${prefix}${message}`;
    const lines = urn ? [`  ${titleOf(urn)}:`, ...indented(text)] : indented(text, "  ");
    // The update repeats what the preview said.
    return severity === "error" ? this.fail(lines) : this.once(lines);
  }

  /** Keeps an error for the end. @returns What is printed now: nothing in a preview, which takes but seconds. */
  private fail(lines: string[]): string[] {
    this.errors.push(...lines);
    if (this.isPreview === false) {
      return lines;
    }
    this.areErrorsDue = true;
    return [];
  }

  /** The errors that have not been printed, or have since moved up. */
  private remaining(): string[] {
    return this.areErrorsDue ? this.errors.splice(0) : [];
  }

  private notes(run: Running, message: string): void {
    for (const line of message.split("\n").filter((line) => line.trim() !== "")) {
      run.last = line.trim();
      if (line.startsWith("+ ")) {
        run.commands.push(line.trimEnd());
      }
    }
  }

  private once(lines: string[]): string[] {
    const key = lines.join("\n");
    if (this.said.has(key)) {
      return [];
    }
    this.said.add(key);
    return lines;
  }

  private summary(total: string, seconds: number): string {
    const outcome = this.failed ? `${glyphs.failed} failed:` : glyphs.done;
    return `${outcome} ${total} (${duration(seconds)})`;
  }

  private end(): void {
    this.isPreview = undefined;
    this.failed = false;
    this.running.clear();
    this.errors = [];
    this.areErrorsDue = false;
  }
}

/** True for resources that take time themselves, unlike components and providers. */
function isResource({ type, old, new: next }: StepEventMetadata): boolean {
  return (next ?? old)?.custom === true && !type.startsWith("pulumi:providers:");
}

function indented(text: string, by = "      "): string[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => (line.trim() === "" ? "" : `${by}${line.trimEnd()}`));
}
