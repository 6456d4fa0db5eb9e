// Runs one of Pulumi's operations with its display, and ends with its status.
import { display } from "../../../cli/display/run.ts";

const [operation = "", ...args] = process.argv.slice(2);
process.exit(await display("test", operation, args));
