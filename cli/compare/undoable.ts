import { onSignals } from "../../lab/signals.js";
import { sayDoing } from "../display/progress.js";

/** Work that changes something, which `close` puts back. */
export interface Undoable<T> {
  run: () => Promise<T>;
  close: () => Promise<void>;
}

/** Runs the work to its end or until a signal, and then puts everything back. */
export async function runAndUndo<T>(work: Undoable<T>): Promise<T> {
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => {
      sayDoing("interrupted: putting back what was changed");
      reject(new Error("interrupted; everything is as it was"));
    };
  });
  const release = onSignals(interrupt);
  const running = work.run();
  // After an interruption nobody awaits this promise.
  running.catch(() => undefined);
  try {
    return await Promise.race([running, interrupted]);
  } finally {
    await work.close();
    release();
  }
}
