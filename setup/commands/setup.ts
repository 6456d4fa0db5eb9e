import { Command } from "commander";
import { setUp } from "../setup.js";

export const setup = new Command("setup")
  .description("put in place what is missing: packages, the Pulumi CLI, the machines' box")
  .action(async () => {
    await setUp();
    console.error("✔ Everything is in place.");
  });
