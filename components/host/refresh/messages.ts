import * as pulumi from "@pulumi/pulumi";
import { DriftResult } from "../../kinds/detectDrift";

/** Shows the result of an object's comparison beside its resource: differences, warnings and notes. */
export function showResult(
  { differences, notes = [], warnings = [] }: DriftResult,
  resource: pulumi.Resource,
): void {
  const isPreview = pulumi.runtime.isDryRun();
  if (differences.length > 0) {
    const text = differences.join("\n");
    void (isPreview
      ? pulumi.log.warn(text.replace(/( has weight \d+, not \d+)$/gm, "$1: up sets it"), resource)
      : pulumi.log.info(`repairing: ${text}`, resource));
  }
  if (isPreview && warnings.length > 0) {
    void pulumi.log.warn(warnings.join("\n"), resource);
  }
  if (isPreview && notes.length > 0) {
    void pulumi.log.info(notes.join("\n"), resource);
  }
}
