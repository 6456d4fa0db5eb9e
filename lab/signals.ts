/** The signals that ask a program to end. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Handles each signal until the returned function is called. `process.once` would not do: while a program of execa's
 * runs, execa's listener sees that no other listener is left, and ends this process by the signal.
 */
export function onSignals(handle: (signal: NodeJS.Signals) => void): () => void {
  signals.forEach((signal) => process.on(signal, handle));
  return () => {
    signals.forEach((signal) => process.off(signal, handle));
  };
}

/**
 * Runs work that a signal cuts short, and waits for its clean-up.
 * @throws Error that names the signal, once all is cleaned up.
 */
export async function untilSignal<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const release = onSignals((signal) => {
    stop.abort(new Error(`interrupted by ${signal}`));
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    release();
  }
}
