import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { execa } from "execa";
import { isCutOff, parsed } from "../display/run.js";

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
  const child = execa("pulumi", [...args, "--json", "--color", "never"], {
    cwd: folder,
    env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    buffer: { stdout: false },
    reject: false,
    // A process group of its own: Ctrl-C does not reach Pulumi, which comes to its end.
    detached: true,
    cleanup: true,
  });
  const stop = () => child.kill("SIGINT");
  cancel.addEventListener("abort", stop);
  const events: EngineEvent[] = [];
  const others: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = parsed(line);
    if (event === undefined) {
      others.push(...(isCutOff(line) ? [] : [line]));
    } else if (!event.resOutputsEvent && !isUnchanged(event)) {
      events.push(event);
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
