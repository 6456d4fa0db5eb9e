import { Command } from "commander";
import { type FormatName, formatNames, parseFormat } from "../import/formatNames.js";
import type { NamedMachine } from "../import/target.js";
import { defaultStack } from "../pulumi.js";

interface Options extends Omit<NamedMachine, "host"> {
  host?: string;
  interface?: string;
  format?: FormatName;
  configId?: string;
  address?: string;
  out?: string;
}

export const importTables = new Command("import")
  .description(
    "print the TypeScript that declares what a director has already, or what its files say: " +
      "addresses, services, members, checks, settings (docs/import.md)",
  )
  .argument("[files...]", `files of one director: ${formatNames.join(", ")}`)
  .option("--host <host>", "a machine of the lab, or user@address[:port] as for ssh")
  .option("--identity <file>", "the private key, as for ssh -i")
  .option("--interface <name>", "the interface that is balanced; else that of the first service")
  .option("--stack <name>", "the stack of the lab", defaultStack)
  .option("--format <name>", "the format of the files; else by their contents", parseFormat)
  .option("--address <cidr>", "with files: the machine's own address, such as 192.0.2.10/24")
  .option("--config-id <name>", "with keepalived.conf: the machine that @conditions name")
  .option("--out <file>", "write the program there, and a large table beside it")
  .action(async (files: string[], options: Options) => {
    if (files.length > 0 === (options.host !== undefined)) {
      throw new Error("name either files to import, or a machine with --host");
    }
    const { text, written, omitted, notes } =
      options.host === undefined
        ? await fromFiles(files, options)
        : await fromHost({ ...options, host: options.host });
    if (text !== undefined) {
      console.log(text.trimEnd());
    }
    for (const [title, lines] of Object.entries({ written, "left out": omitted, note: notes })) {
      for (const line of lines) {
        console.error(`${title}: ${line}`);
      }
    }
  });

// These load the components and Pulumi's SDK, a second that no other command needs.
async function fromFiles(files: string[], options: Options) {
  const { importFiles } = await import("../import/fromFiles.js");
  return importFiles(files, options);
}

async function fromHost(options: Options & NamedMachine) {
  const { programFor } = await import("../import/program.js");
  const { readHost, readRules } = await import("../import/readHost.js");
  const { loginTo } = await import("../import/target.js");
  const { args, reach } = await loginTo(options);
  const { Output } = await import("../import/output.js");
  const output = new Output(options.out);
  const seen = await readHost(options.host, args);
  const rules = seen.services?.some((line) => line.startsWith("-A -f "))
    ? await readRules(args)
    : "";
  const program = programFor(
    seen,
    { ...reach, interface: options.interface },
    { rules, tableFile: output.tableFile },
  );
  return output.save(program);
}
