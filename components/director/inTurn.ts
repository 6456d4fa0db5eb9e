import * as pulumi from "@pulumi/pulumi";
import type { Director } from "./director";

/**
 * Makes the same on each director, one after the other, so that there is always one that does not change.
 * @param make Makes it on a director, after what it is given.
 * @returns What was made, in the directors' order.
 */
export function inTurn(
  directors: Director[],
  make: (director: Director, after: pulumi.Resource[]) => pulumi.Resource,
): pulumi.Resource[] {
  return directors.reduce<pulumi.Resource[]>(
    (made, director) => [...made, make(director, [director.ready, ...made.slice(-1)])],
    [],
  );
}
