import * as pulumi from "@pulumi/pulumi";
import { invalid } from "./validate";

/**
 * A component's properties are written into Commands, where Pulumi's own option does not find them.
 * @throws pulumi.RunError where it is given all the same, as it would have no effect.
 */
export function refuseIgnoreChanges(
  type: string,
  name: string,
  { ignoreChanges = [] }: pulumi.ComponentResourceOptions = {},
): void {
  if (ignoreChanges.length > 0) {
    throw invalid(type, name, [
      `ignoreChanges: ${ignoreChanges.join(", ")} of a component cannot be ignored by Pulumi, as it is part of a ` +
        "service's Command; for weights that are set by hand there are keepWeights of IpvsService and IpvsTable, and " +
        "keepWeight of RealServer",
    ]);
  }
}
