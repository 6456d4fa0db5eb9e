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
  check?: boolean;
  json?: boolean;
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
  .option("--check", "write nothing, and say what up of the program would change on --host")
  .option("--json", "with --check: the answer as JSON")
  .action(async (files: string[], options: Options) => {
    requireFitting(files, options);
    if (options.check) {
      await check(files, options);
      return;
    }
    const { text, written, omitted, notes } = await imported(files, options);
    if (text !== undefined) {
      console.log(text.trimEnd());
    }
    say({ written, "left out": omitted, note: notes });
  });

/** @throws Error with the way out where options do not go together. */
function requireFitting(files: string[], { host, check: isCheck, json, out }: Options): void {
  if (files.length === 0 && host === undefined) {
    throw new Error("name files to import, or a machine with --host");
  }
  if (isCheck && host === undefined) {
    throw new Error("--check compares with a machine: name it with --host");
  }
  if (isCheck && out !== undefined) {
    throw new Error("--check writes nothing: leave out --out, or --check");
  }
  if (json && !isCheck) {
    throw new Error("--json is the answer of --check: name both");
  }
}

function say(lists: Record<string, string[]>): void {
  for (const [title, lines] of Object.entries(lists)) {
    for (const line of lines) {
      console.error(`${title}: ${line}`);
    }
  }
}

// These load the components and Pulumi's SDK, a second that no other command needs.
async function imported(files: string[], options: Options) {
  const machine = await machineOf(options);
  if (files.length > 0) {
    const { importFiles } = await import("../import/fromFiles.js");
    return importFiles(files, options, machine);
  }
  const { Output } = await import("../import/output.js");
  const output = new Output(options.out);
  return output.save(await programOfMachine(options, machine, output.tableFile));
}

/** Says what would change. The exit status is 2 if anything would, or if up would refuse. */
async function check(files: string[], options: Options): Promise<void> {
  const machine = await machineOf(options);
  const { programOf } = await import("../import/fromFiles.js");
  const { checkProgram } = await import("../import/check/check.js");
  const program =
    files.length > 0
      ? programOf(files, options, machine)
      : await programOfMachine(options, machine);
  const found = await checkProgram(program, machine);
  console.log(options.json ? JSON.stringify(found, undefined, 2) : found.text);
  if (!options.json) {
    say({ "left out": found.omitted, note: found.notes });
  }
  process.exitCode = found.isSame ? 0 : 2;
}

async function machineOf({ host, ...options }: Options) {
  if (host === undefined) {
    return undefined;
  }
  const { readHost } = await import("../import/readHost.js");
  const { loginTo } = await import("../import/target.js");
  const { args, reach } = await loginTo({ ...options, host });
  return { args, seen: await readHost(host, args), reach };
}

type Machine = NonNullable<Awaited<ReturnType<typeof machineOf>>>;

async function programOfMachine(options: Options, machine?: Machine, tableFile?: string) {
  if (!machine) {
    throw new Error("name a machine with --host");
  }
  const { programFor } = await import("../import/program.js");
  const { readRules } = await import("../import/readHost.js");
  const { seen, reach, args } = machine;
  const hasMarks = seen.services?.some((line) => line.startsWith("-A -f ")) ?? false;
  const rules = hasMarks ? await readRules(args) : "";
  return programFor(seen, { ...reach, interface: options.interface }, { rules, tableFile });
}
