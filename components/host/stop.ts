import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/** The exit status of Pulumi's own start script when the error has been shown already. */
const shown = 32;
let stopping = false;

/** Ends the present work instead of the whole process, which in a component host also serves other programs. */
const underWay = new AsyncLocalStorage<(error: Error) => void>();

/**
 * Ends the program with an error. An error thrown from a callback would fail every resource that waits for it, one
 * after the other, which takes Pulumi half a minute.
 */
export async function stop(message: string): Promise<never> {
  const fail = underWay.getStore();
  if (fail) {
    fail(new pulumi.RunError(message));
  } else if (!stopping) {
    stopping = true;
    await pulumi.log.error(message);
    process.exit(shown);
  }
  return new Promise<never>(() => undefined);
}

/** True when the program is ending and nobody waits for further results. */
export function isStopping(): boolean {
  return stopping;
}

/**
 * Work that fails where a program of its own would end: a component host serves several in one process.
 * @internal
 */
export function stoppable<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    underWay.run(reject, () => void work().then(resolve, reject));
  });
}
