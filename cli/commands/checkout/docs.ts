import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { root } from "../../../lab/paths.js";

export const docs = new Command("docs")
  .description("write docs/reference and the diagrams of docs/architecture.md from the code")
  .option("--check", "write nothing; fail if something is not as the code has it")
  .action(async ({ check }: { check?: boolean }) => {
    // Imported here, because only this command needs it and it takes a while to load.
    const { generate, staleOf, write } = await import("../../../tools/docs/write.js");
    const generated = await generate();
    const stale = staleOf(generated);
    if (check) {
      if (stale.length > 0) {
        throw new Error(`not as the code has it: ${stale.join(", ")}; run \`npm run docs\``);
      }
      return;
    }
    mkdirSync(join(root, "docs/reference"), { recursive: true });
    write(generated, stale);
    console.log(stale.length > 0 ? stale.map((path) => `wrote ${path}`).join("\n") : "Up to date.");
  });
