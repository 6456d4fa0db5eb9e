import * as pulumi from "@pulumi/pulumi";

/** The number of warnings that are shown one by one. */
const maxShown = 10;

/** Has the preview say these beside a resource; the update that follows does not say them again. */
export function warn(resource: pulumi.Resource, warnings: string[]): void {
  if (!pulumi.runtime.isDryRun()) {
    return;
  }
  const more = warnings.length - maxShown;
  for (const text of more > 1 ? [...warnings.slice(0, maxShown), `and ${more} more`] : warnings) {
    void pulumi.log.warn(text, resource);
  }
}
