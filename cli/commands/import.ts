import { Command } from "commander";
import { programFor } from "../import/program.js";
import { read } from "../import/question.js";
import { type Named, target } from "../import/target.js";
import { defaultStack } from "../pulumi.js";

interface Options extends Named {
  interface?: string;
}

export const importTables = new Command("import")
  .description(
    "print the TypeScript that declares what a director has already: addresses, services, members, settings",
  )
  .requiredOption("--host <host>", "a machine of the lab, or user@address[:port] as for ssh")
  .option("--identity <file>", "the private key, as for ssh -i")
  .option("--interface <name>", "the interface that is balanced; else that of the first service")
  .option("--stack <name>", "the stack of the lab", defaultStack)
  .action(async (options: Options) => {
    const { args, reach } = await target(options);
    const seen = await read(options.host, args);
    const { text, left, notes } = programFor(seen, { ...reach, interface: options.interface });
    console.log(text);
    for (const line of left) {
      console.error(`left out: ${line}`);
    }
    for (const line of notes) {
      console.error(`note: ${line}`);
    }
  });
