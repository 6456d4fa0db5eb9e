// Watches over a stack with the options in its argument, and ends with the status.
import { type DriftOptions, watchDrift } from "../../../cli/drift/watchDrift.ts";

process.exit(await watchDrift(JSON.parse(process.argv[2] ?? "{}") as DriftOptions));
