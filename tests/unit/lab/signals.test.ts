import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esModules } from "../../support/evaluate";
import { root } from "../../support/pulumi/project";

const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-signals-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Waits for a program, as the tests do for Jest, and cleans up: with another program, which takes a moment. */
const script = `
  import { execa } from "${root}/node_modules/execa/index.js";
  import { untilSignal } from "${root}/lab/signals.ts";
  try {
    await untilSignal(async (stop) => {
      try {
        const child = execa("sleep", ["60"], { cancelSignal: stop });
        process.stdout.write("begun");
        await child;
      } finally {
        await execa("sleep", ["0.2"]);
        process.stdout.write(", cleaned up");
      }
    });
  } catch (error) {
    process.stdout.write(", " + error.message);
  }
`;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends what runs, and what it changed is put back first",
  async (signal) => {
    const file = join(folder, "script.mts");
    writeFileSync(file, script.replace(/^ {2}/gm, ""));
    const child = spawn(process.execPath, [esModules, file], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      if (said === "begun") {
        child.kill(signal);
      }
    });
    await once(child, "close");
    expect(said).toBe(`begun, cleaned up, interrupted by ${signal}`);
  },
  60_000,
);
