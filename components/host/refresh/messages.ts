import * as pulumi from "@pulumi/pulumi";
import { DriftResult } from "../../kinds/detectDrift";

/** Shows the result of an object's comparison beside its resource: differences, warnings and notes. */
export function showResult(
  { differences, notes = [], warnings = [] }: DriftResult,
  resource: pulumi.Resource,
): void {
  const isPreview = pulumi.runtime.isDryRun();
  if (differences.length > 0) {
    void (isPreview
      ? pulumi.log.warn(differences.map(withRepair).join("\n"), resource)
      : pulumi.log.info(`repairing: ${differences.join("\n")}`, resource));
  }
  if (isPreview && warnings.length > 0) {
    void pulumi.log.warn(warnings.join("\n"), resource);
  }
  if (isPreview && notes.length > 0) {
    void pulumi.log.info(notes.join("\n"), resource);
  }
}

/** A difference, with what `up` does about it where that is not plain. */
function withRepair(difference: string): string {
  return difference
    .replace(/( has weight \d+, not \d+)$/, "$1: up sets it")
    .replace(/( was added by somebody else .*)$/, "$1: up removes it");
}
