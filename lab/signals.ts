/** What asks a program to end. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has each signal handled until the returned function is called. A listener that is called once alone would not do:
 * while a program of execa's runs, its listener finds that one gone already, and ends this process by the signal.
 */
export function onSignals(handle: (signal: NodeJS.Signals) => void): () => void {
  signals.forEach((signal) => process.on(signal, handle));
  return () => {
    signals.forEach((signal) => process.off(signal, handle));
  };
}

/**
 * Does what a signal is to cut short, and waits for its own clean-up.
 * @throws Error that names the signal, once all is cleaned up
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
