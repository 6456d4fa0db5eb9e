import * as pulumi from "@pulumi/pulumi";
import type { Director } from "./director";

/**
 * Makes the same on each director, one after the other, so that there is always one that does not change.
 * @param make Makes it on a director, after what it is given.
 * @returns The last one: those who need it on all directors wait for that.
 */
export function inTurn(
  [first, ...others]: [Director, ...Director[]],
  make: (director: Director, after: pulumi.Resource[]) => pulumi.Resource,
): pulumi.Resource {
  return others.reduce(
    (before, director) => make(director, [director.ready, before]),
    make(first, [first.ready]),
  );
}
