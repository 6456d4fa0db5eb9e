import { runAndUndo, type Undoable } from "../compare/undoable.js";
import type { FailoverResult } from "../failover/result.js";

/**
 * Makes a number of failovers, one after the other, each of which puts back what it changed.
 * @param makeFailover Makes the next one, with the function by which it says what it does.
 * @throws Error that names the try, when one could not be made.
 */
export async function failTimes(
  times: number,
  makeFailover: (say: (what: string) => void) => Undoable<FailoverResult>,
  say: (what: string) => void,
): Promise<FailoverResult[]> {
  const results: FailoverResult[] = [];
  for (let i = 1; i <= times; i++) {
    const name = `failover, try ${i} of ${times}`;
    try {
      results.push(
        await runAndUndo(
          makeFailover((what) => {
            say(`${name}: ${what}`);
          }),
        ),
      );
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
  }
  return results;
}
