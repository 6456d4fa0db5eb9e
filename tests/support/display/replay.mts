// Prints what a run's events look like; the test compares it with what is in shown/.
import { readFileSync } from "node:fs";
import { Renderer } from "../../../cli/display/renderer.ts";

const [file = "", until = "Infinity", later = "0"] = process.argv.slice(2);
const renderer = new Renderer("test");
let now = 0;
for (const line of readFileSync(file, "utf8").trim().split("\n").slice(0, Number(until))) {
  const event = JSON.parse(line) as Parameters<Renderer["render"]>[0];
  now = event.timestamp;
  for (const shown of renderer.render(event)) {
    console.log(shown);
  }
}
for (const shown of Number(later) > 0 ? renderer.heartbeat(now + Number(later)) : []) {
  console.log(shown);
}
