import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";

/** Options of execa for a Pulumi that prints its events (`eventWords`). */
export const eventOptions = {
  reject: false,
  // In a process group of its own, Pulumi gets each signal once, from here: a second one would cut it off.
  detached: true,
  cleanup: true,
} as const;

/** What is added to an operation's words so that Pulumi prints its events, and the variable that previews need too. */
export const eventWords = ["--json", "--color", "never"];
export const eventVariables = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };

/** Reads the events that Pulumi prints, and its other lines. */
export async function* readEvents(output: Readable): AsyncGenerator<EngineEvent | string> {
  for await (const line of createInterface({ input: output })) {
    const event = parsed(line);
    // The beginning of an event that a killed Pulumi has left may hold secrets that no display shows.
    if (event !== undefined || !line.startsWith('{"sequence":')) {
      yield event ?? line;
    }
  }
}

/** One event; undefined for other output. */
function parsed(line: string): EngineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "sequence" in value
      ? (value as EngineEvent)
      : undefined;
  } catch {
    return undefined;
  }
}
