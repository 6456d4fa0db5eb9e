import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { execa } from "execa";
import { eventOptions, eventVariables, eventWords, readEvents } from "../display/events.js";

/** A run of Pulumi that has ended. */
export interface Ended {
  /** Its exit status. */
  status: number;
  events: EngineEvent[];
  /** What else it printed. */
  others: string;
}

/**
 * Runs an operation of Pulumi and collects its events.
 * @param folder The folder of the project.
 * @param cancel Cancels the operation; Pulumi ends what is under way.
 */
export async function eventsOf(
  folder: string,
  args: string[],
  cancel: AbortSignal,
): Promise<Ended> {
  const child = execa("pulumi", [...args, ...eventWords], {
    cwd: folder,
    env: eventVariables,
    stdio: ["ignore", "pipe", "pipe"],
    buffer: { stdout: false },
    ...eventOptions,
  });
  const stop = () => child.kill("SIGINT");
  cancel.addEventListener("abort", stop);
  const events: EngineEvent[] = [];
  const others: string[] = [];
  for await (const one of readEvents(child.stdout)) {
    if (typeof one === "string") {
      others.push(one);
    } else if (!one.resOutputsEvent && !isUnchanged(one)) {
      events.push(one);
    }
  }
  const { exitCode, stderr } = await child;
  cancel.removeEventListener("abort", stop);
  return { status: exitCode ?? 1, events, others: [...others, stderr].join("\n") };
}

/** True for the event of a resource that stays as it is, as most do. */
function isUnchanged({ resourcePreEvent }: EngineEvent): boolean {
  return (resourcePreEvent?.metadata.op as string | undefined) === "same";
}
