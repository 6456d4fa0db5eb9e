import type { Comparison, Phase } from "./phases.js";

/** Runs it to its end, or up to a signal; then everything is put back. */
export async function undisturbed(comparison: Comparison): Promise<Phase[]> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      process.once(signal, () => {
        console.error("• interrupted: putting back what was changed …");
        reject(new Error("interrupted; everything is as it was"));
      });
    }
  });
  const work = comparison.run();
  // After an interruption nobody waits for it.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    await comparison.close();
  }
}
