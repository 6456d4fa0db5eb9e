// The early set-up: the programs and the box of the lab's machines, while npm installs the project's modules. It is a
// process of its own, with the few modules of the package.json in this folder.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { finished, install } from "../install.mjs";

const folder = import.meta.dirname;
let running = Promise.resolve();

/** Begins it. Whatever fails in it is done again, and reported, by the set-up that follows. */
export function begin() {
  running = work().catch(() => undefined);
}

/** Resolves when it has ended; at once when it has not begun. */
export function ended() {
  return running;
}

async function work() {
  try {
    await install(folder);
    const load = pathToFileURL(join(folder, "load.mjs")).href;
    const words = ["--import", load, join(folder, "main.ts")];
    // Nobody can answer sudo here: with its input closed, a step that needs a password is left for later.
    await finished(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  } finally {
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  }
}
