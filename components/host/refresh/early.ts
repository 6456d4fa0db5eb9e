import { isDeepStrictEqual } from "node:util";
import { type Reach } from "./ask";
import type { Read } from "./read";

/**
 * What was read of a machine of Vagrant's by the connection that it had last time, while Pulumi was still asking for the
 * machine itself. Undefined unless the machine that was read is the very one that Pulumi has found, since the same boot.
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
