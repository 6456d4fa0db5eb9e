import * as pulumi from "@pulumi/pulumi";

/** The number of warnings that are shown one by one. */
const maxShown = 10;

/** Shows warnings beside a resource in the preview. The update that follows does not repeat them. */
export function warn(resource: pulumi.Resource, warnings: string[]): void {
  if (!pulumi.runtime.isDryRun()) {
    return;
  }
  const more = warnings.length - maxShown;
  for (const text of more > 1 ? [...warnings.slice(0, maxShown), `and ${more} more`] : warnings) {
    void pulumi.log.warn(text, resource);
  }
}
