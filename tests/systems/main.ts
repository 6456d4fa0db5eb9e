import { untilSignal } from "../../lab/signals.js";
import { runSystems, type Selection } from "./run.js";

// A program of its own, because nothing but tests imports tests: its argument says which systems.
const selection = JSON.parse(process.argv[2] ?? "{}") as Selection;
try {
  await untilSignal((stop) => runSystems(selection, stop));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
