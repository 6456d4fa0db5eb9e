import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";
import { dropDeadLocks } from "../../lab/locks.js";
import { onSignals } from "../../lab/signals.js";
import { check } from "./check.js";
import type { Outcome } from "./findings.js";
import { Comparison, linesOf, type News } from "./news.js";

export interface DriftOptions {
  stack: string;
  /** The folder of the project. */
  folder: string;
  /** Milliseconds from the start of one preview to that of the next; undefined for a single one. */
  every?: number;
  repair: boolean;
  json: boolean;
  /** A command for a shell, which gets the news as JSON on its standard input. */
  exec?: string;
}

/** The exit status for each outcome. */
const statuses: Record<Outcome, number> = { "as declared": 0, failed: 1, differs: 2 };

/**
 * Checks a stack once, or again and again until a signal comes. A check that runs then comes to its end first; a second
 * signal cancels it.
 * @returns The exit status: that of the outcome, or 0 for a loop that a signal has ended.
 */
export async function watchDrift(options: DriftOptions): Promise<number> {
  const { stack, folder, every, repair } = options;
  const [stop, cancel] = [new AbortController(), new AbortController()];
  const release = onSignals((signal) => {
    (stop.signal.aborted ? cancel : stop).abort(new Error(`interrupted by ${signal}`));
  });
  const comparison = new Comparison(stack);
  try {
    for (;;) {
      const began = Date.now();
      dropDeadLocks(stack);
      const checked = await check({ stack, folder, repair, cancel: cancel.signal });
      const news = comparison.newsOf(checked);
      const isTold = news === undefined || (await tell(news, options));
      if (every === undefined) {
        return isTold ? statuses[checked.outcome] : 1;
      }
      const left = Math.max(0, began + every - Date.now());
      await wait(left, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) {
        return 0;
      }
    }
  } finally {
    release();
  }
}

/** Prints news, or hands them on. @returns False if the command for them failed. */
async function tell(news: News, { json, exec }: DriftOptions): Promise<boolean> {
  if (json) {
    process.stdout.write(`${JSON.stringify(news)}\n`);
    return true;
  }
  if (exec === undefined) {
    process.stdout.write(`${linesOf(news).join("\n")}\n`);
    return true;
  }
  // A stack that was as declared from the start is nothing to act upon.
  if (news.outcome === "as declared" && news.new.length === 0 && news.gone.length === 0) {
    return true;
  }
  const { exitCode } = await execa("sh", ["-c", exec], {
    input: `${JSON.stringify(news)}\n`,
    stdout: "inherit",
    stderr: "inherit",
    reject: false,
    // Ctrl-C does not reach it either.
    detached: true,
    cleanup: true,
  });
  if (exitCode !== 0) {
    console.error(`! --exec: ${exec} failed (${exitCode ?? "by a signal"})`);
  }
  return exitCode === 0;
}
