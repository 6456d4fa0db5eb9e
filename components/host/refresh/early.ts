import { isDeepStrictEqual } from "node:util";
import { type Reach } from "./ask";
import type { Read } from "./read";

/**
 * The state of a Vagrant machine, read over the connection of the last run while Pulumi was still looking for the
 * machine itself. Undefined unless it is the machine that Pulumi has found, in the same boot.
 */
export function ifStillTrue(
  early: Read | undefined,
  reach: Reach,
  bootId: string,
): Read["reading"] | undefined {
  const isSame =
    early?.reading.is === "read" &&
    early.reading.state.bootId === bootId &&
    isDeepStrictEqual(early.reach, reach);
  return isSame ? early.reading : undefined;
}
