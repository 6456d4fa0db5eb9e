import { Command } from "commander";
import { glyphs } from "../../../setup/display/glyphs.mjs";
import { setUp } from "../../../setup/setup.js";

export const setup = new Command("setup")
  .description("put in place what is missing: packages, the Pulumi CLI, the machines' box")
  .action(async () => {
    await setUp();
    console.error(`${glyphs.done} Everything is in place.`);
  });
