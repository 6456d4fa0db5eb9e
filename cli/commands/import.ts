import { Command } from "commander";
import type { NamedMachine } from "../import/target.js";
import { defaultStack } from "../pulumi.js";

interface Options extends NamedMachine {
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
    // These load the components and Pulumi's SDK, a second that no other command needs.
    const { programFor } = await import("../import/program.js");
    const { readHost } = await import("../import/readHost.js");
    const { loginTo } = await import("../import/target.js");
    const { args, reach } = await loginTo(options);
    const seen = await readHost(options.host, args);
    const { text, omitted, notes } = programFor(seen, { ...reach, interface: options.interface });
    console.log(text);
    for (const line of omitted) {
      console.error(`left out: ${line}`);
    }
    for (const line of notes) {
      console.error(`note: ${line}`);
    }
  });
