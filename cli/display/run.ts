import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { execa } from "execa";
import { root } from "../../lab/paths.js";
import { onSignals } from "../../lab/signals.js";
import { Renderer } from "./renderer.js";

/** Options by which a person asks for a display of Pulumi's own. */
const own =
  /^(--(json|diff|non-interactive|interactive|color|event-log|debug|verbose|help|show-\w|suppress-(?!outputs)|logtostderr|logflow|import-file|save-plan)|-[jdvhi]$)/;

/** Whether there is somebody to draw for: a terminal that can, outside of CI. */
function isTerminal(): boolean {
  return process.stdout.isTTY && process.env.TERM !== "dumb" && !process.env.CI;
}

/**
 * Runs one of Pulumi's operations. A terminal gets Pulumi's own display, and so does who asks for one with
 * Pulumi's options; a log gets lines of finished things.
 * @returns Pulumi's exit status; 1 where a signal ended it.
 */
export async function display(stack: string, operation: string, args: string[]): Promise<number> {
  const all = [operation, "--stack", stack, ...args];
  return args.some((arg) => own.test(arg)) || isTerminal() ? draw(all) : print(stack, all);
}

async function draw(args: string[]): Promise<number> {
  const plain = process.env.NO_COLOR && !args.some((arg) => arg.startsWith("--color"));
  const child = execa("pulumi", plain ? [...args, "--color", "never"] : args, {
    cwd: root,
    stdio: "inherit",
    reject: false,
  });
  // The terminal's Ctrl-C reaches Pulumi by itself: once more would cut it off. It is waited for.
  const release = onSignals((signal) => signal !== "SIGINT" && child.kill(signal));
  const { exitCode } = await child;
  release();
  return exitCode ?? 1;
}

async function print(stack: string, args: string[]): Promise<number> {
  const renderer = new Renderer(stack);
  let quiet = Date.now();
  const say = (lines: string[]) => {
    if (lines.length > 0) {
      quiet = Date.now();
      process.stdout.write(`${lines.join("\n")}\n`);
    }
  };
  const child = execa("pulumi", [...args, "--json", "--color", "never"], {
    cwd: root,
    env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "inherit"],
    buffer: false,
    reject: false,
    // In a group of its own it gets each signal once, from here: a second one would cut it off.
    detached: true,
    cleanup: true,
  });
  const release = onSignals((signal) => child.kill(signal));
  // Whoever read this may be gone; the operation comes to its end all the same.
  process.stdout.on("error", ignore);
  const heart = setInterval(() => {
    if (Date.now() - quiet >= 30_000) {
      say(renderer.heartbeat(Date.now() / 1000));
    }
  }, 5_000);
  for await (const line of createInterface({ input: child.stdout })) {
    const event = parsed(line);
    say(event ? renderer.render(event) : [line]);
  }
  const { exitCode } = await child;
  clearInterval(heart);
  process.stdout.off("error", ignore);
  release();
  return exitCode ?? 1;
}

/** One event; undefined for whatever else was printed. */
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

function ignore(): void {
  // Nothing is left to be told.
}
