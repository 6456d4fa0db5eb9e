import { execa } from "execa";
import { root } from "../../lab/paths.js";
import { onSignals } from "../../lab/signals.js";
import type { EarlyProviders } from "../earlyProviders.js";
import { eventOptions, eventVariables, eventWords, readEvents } from "./events.js";
import { Renderer } from "./renderer.js";

/** Options that ask for one of Pulumi's own displays. */
const displayOptions =
  /^(--(json|diff|non-interactive|interactive|color|event-log|debug|verbose|help|show-\w|suppress-(?!outputs)|logtostderr|logflow|import-file|save-plan)|-[jdvhi]$)/;

/** True when standard output is a terminal that can move the cursor, outside of CI. */
function isTerminal(): boolean {
  return process.stdout.isTTY && process.env.TERM !== "dumb" && !process.env.CI;
}

/**
 * Runs one of Pulumi's operations. At a terminal, or with one of Pulumi's display options, Pulumi draws its own
 * display. Otherwise a line is printed for each finished operation.
 * @returns Pulumi's exit status; 1 when a signal ended it.
 */
export async function display(
  stack: string,
  operation: string,
  args: string[],
  early?: EarlyProviders,
): Promise<number> {
  const all = [operation, "--stack", stack, ...args];
  return args.some((arg) => displayOptions.test(arg)) || isTerminal()
    ? runInTerminal(all, early)
    : runInLog(stack, all, early);
}

async function runInTerminal(args: string[], early?: EarlyProviders): Promise<number> {
  const plain = process.env.NO_COLOR && !args.some((arg) => arg.startsWith("--color"));
  const env = await early?.variables();
  // The terminal sends Ctrl-C to Pulumi itself, and a second one would cut Pulumi off. So this program only waits. It
  // listens before Pulumi starts, so that no signal ends it alone.
  const release = onSignals((signal) => signal !== "SIGINT" && child.kill(signal));
  const child = execa("pulumi", plain ? [...args, "--color", "never"] : args, {
    ...{ cwd: root, env, stdio: "inherit", reject: false },
  });
  early?.serve(child.pid);
  const { exitCode } = await child;
  release();
  return exitCode ?? 1;
}

async function runInLog(stack: string, args: string[], early?: EarlyProviders): Promise<number> {
  const renderer = new Renderer(stack);
  let quiet = Date.now();
  const say = (lines: string[]) => {
    if (lines.length > 0) {
      quiet = Date.now();
      process.stdout.write(`${lines.join("\n")}\n`);
    }
  };
  const env = { ...eventVariables, ...(await early?.variables()) };
  const release = onSignals((signal) => child.kill(signal));
  const child = execa("pulumi", [...args, ...eventWords], {
    ...{ cwd: root, env, buffer: false },
    stdio: ["ignore", "pipe", "inherit"],
    ...eventOptions,
  });
  early?.serve(child.pid);
  // The reader of the output may be gone; the operation still runs to its end.
  process.stdout.on("error", ignore);
  const heart = setInterval(() => {
    if (Date.now() - quiet >= 30_000) {
      say(renderer.heartbeat(Date.now() / 1000));
    }
  }, 5_000);
  for await (const one of readEvents(child.stdout)) {
    say(typeof one === "string" ? [one] : renderer.render(one));
  }
  const { exitCode } = await child;
  clearInterval(heart);
  process.stdout.off("error", ignore);
  release();
  return exitCode ?? 1;
}

function ignore(): void {
  // There is no reader left to tell.
}
