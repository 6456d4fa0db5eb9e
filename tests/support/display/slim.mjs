// Makes a fixture of the events of a real run: only what a display can need of each, without the states
// of resources and the settings. Usage, for example:
//   PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi up --yes --json | node slim.mjs >events/change.jsonl
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const event = JSON.parse(line);
  const { preludeEvent, diagnosticEvent } = event;
  if (preludeEvent) {
    event.preludeEvent = {};
  }
  for (const step of [event.resourcePreEvent, event.resOutputsEvent, event.resOpFailedEvent]) {
    if (step) {
      step.metadata = slim(step.metadata);
    }
  }
  const noise = Object.keys(event).some((key) => /^policy(Analyze|Remediate)Summary/.test(key));
  // Of what is there for debugging one kind is enough.
  const debug =
    diagnosticEvent?.severity === "debug" && !/^Running program/.test(diagnosticEvent.message);
  if (!noise && !debug) {
    if (diagnosticEvent?.severity === "debug") {
      diagnosticEvent.message = "Running program";
    }
    console.log(JSON.stringify(event));
  }
}

function slim({ op, urn, type, diffs, keys, old, new: next }) {
  const inputs = (state) =>
    state && {
      custom: state.custom,
      inputs: Object.fromEntries((diffs ?? []).map((name) => [name, state.inputs?.[name]])),
    };
  return { op, urn, type, diffs, keys, old: inputs(old), new: inputs(next) };
}
