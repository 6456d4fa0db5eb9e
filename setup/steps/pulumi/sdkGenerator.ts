import { existsSync } from "node:fs";
import { join } from "node:path";
import { pulumiBin } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { goBuild } from "./goBuild.js";
import { builtFromModules } from "./pulumiCli.js";

const program = "pulumi-sdk-nodejs";

/**
 * Pulumi's own generator of SDKs, for the project's language host: `pulumi package add` needs it. It is built together
 * with the CLI. It is built alone only beside an older CLI, from before the generator existed.
 */
export const sdkGenerator: Step = {
  name: "The generator of SDKs",
  remedy: "npm run setup",
  isDone: () => !builtFromModules() || existsSync(join(pulumiBin, program)),
  origin: () => (builtFromModules() ? "built from the Go module proxy" : "a release"),
  run: (report) => goBuild([program], pulumiBin, "The CLI here was built from Go modules.", report),
};
