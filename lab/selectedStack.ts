import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome, root } from "./paths.js";

/**
 * True when a stack of the project's own state is the one that a plain `pulumi` uses. Pulumi notes that in a file of
 * its home, whose name has a digest of the project file's path. False when that cannot be read.
 */
export function isSelected(stack: string, project = root, home = pulumiHome): boolean {
  const digest = createHash("sha1").update(join(project, "Pulumi.yaml")).digest("hex");
  try {
    const file = join(home, "workspaces", `ipvs-lab-${digest}-workspace.json`);
    const selected = JSON.parse(readFileSync(file, "utf8")) as { stack?: string };
    return selected.stack === `organization/ipvs-lab/${stack}`;
  } catch {
    return false;
  }
}
