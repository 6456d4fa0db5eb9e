import * as pulumi from "@pulumi/pulumi";
import { invalid } from "./validate";

/**
 * Refuses Pulumi's option ignoreChanges, which has no effect on a component: its properties are in its Commands' texts.
 * @throws pulumi.RunError if the option is given.
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
