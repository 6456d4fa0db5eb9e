import { Command } from "commander";
import { enterEnvironment } from "../../../lab/environment.js";
import { hasKvm } from "../../../providers/qemu/commandLine.js";
import { glyphs } from "../../../setup/display/glyphs.mjs";
import { steps } from "../../../setup/setup.js";
import { packageLists } from "../../../setup/steps/packageLists.js";

export const doctor = new Command("doctor")
  .description("what is there, what is missing and how to get it")
  .option("--json", "for programs")
  .action(async ({ json }: { json?: boolean }) => {
    enterEnvironment();
    const found = [];
    const lists = (await packageLists.isDone()) ? [] : [packageLists];
    for (const step of [...lists, ...steps()]) {
      const ok = await step.isDone();
      const how = ok ? step.origin?.() : undefined;
      const missing = ok ? {} : { remedy: step.remedy, missing: step.missing };
      found.push({ name: step.name, ok, how, ...missing });
    }
    const acceleration = { name: "Hardware virtualisation (/dev/kvm)", ok: hasKvm() };
    if (json) {
      console.log(JSON.stringify({ steps: found, acceleration: acceleration.ok }, null, 2));
    } else {
      for (const { name, ok, how, remedy } of found) {
        const lines = remedy?.split("\n").map((line) => `\n    ${line}`) ?? [];
        const more = `${how ? `: ${how}` : ""}${lines.join("")}`;
        console.log(`${ok ? glyphs.done : glyphs.failed} ${name}${more}`);
      }
      console.log(
        acceleration.ok
          ? `${glyphs.done} ${acceleration.name}`
          : `- ${acceleration.name}: none, so QEMU emulates; machines boot in some 15 s`,
      );
    }
    process.exitCode = found.every((step) => step.ok) ? 0 : 1;
  });
