import { Command, InvalidArgumentError, Option } from "commander";
import { require as load } from "tsx/cjs/api";
import type * as Kernel from "../../components/host/kernel.js";
import { defaultStack } from "../pulumi.js";
import { probeMachine } from "../sudoers/probe.js";
import { programsNamedBy, programsOfStack } from "../sudoers/programs.js";
import { type Program, type Sudo, sudoersText } from "../sudoers/rules.js";

interface Options {
  user?: string;
  host?: string;
  identity?: string;
  stack: string;
  sudo?: Sudo;
  previous: Program[];
  program?: boolean;
}

export const sudoers = new Command("sudoers")
  .description("print the sudoers file that is enough for this version of the program, and no more")
  .option("--user <name>", "who logs in to the machines", userName)
  .option(
    "--host <host>",
    "ask a machine which sudo it has, and which programs: one of the lab, or user@address[:port]",
  )
  .option("--identity <file>", "the private key for that, as for ssh -i")
  .option("--stack <name>", "the stack whose programs of before stay allowed", defaultStack)
  .addOption(
    new Option("--sudo <which>", "the sudo that reads the file").choices(["sudo", "sudo-rs"]),
  )
  .option(
    "--previous <what>",
    "a program of before that stays allowed: its SHA-256, or the sudoers file that is there now",
    previous,
    [],
  )
  .option("--program", "print the program itself, for root to put it on a machine")
  .action(async (options: Options) => {
    const { program, own } = kernel();
    if (options.program) {
      process.stdout.write(program);
    } else if (options.user === undefined) {
      throw new Error("--user is missing: who logs in to the machines?");
    } else {
      console.log(await rulesFor(options.user, options, own));
    }
  });

async function rulesFor(user: string, options: Options, own: Program): Promise<string> {
  const { host, stack, identity } = options;
  const seen = host === undefined ? undefined : await probeMachine({ host, stack, identity });
  const sudo = options.sudo ?? seen?.sudo ?? "sudo";
  if (seen) {
    const chosen = options.sudo && options.sudo !== seen.sudo ? ", as --sudo says" : "";
    console.error(`${host}: ${seen.version}; rules for ${sudo}${chosen}`);
  } else if (!options.sudo) {
    console.error("rules for sudo; Ubuntu from 25.10 on has sudo-rs: --sudo sudo-rs, or --host");
  }
  const before = others([...options.previous, ...programsOfStack(stack)], [own]);
  // Only the path of these is known. Whoever may put a program there may also have chosen its content.
  const found = others(seen?.programs ?? [], [own, ...before]);
  return sudoersText({ user, sudo, program: own, before, found });
}

/** The programs that are not in `known`, each once. */
function others(programs: Program[], known: Program[]): Program[] {
  const digests = new Set(known.map(({ digest }) => digest));
  return programs.filter(({ digest }) => !digests.has(digest) && digests.add(digest));
}

/** The components are CommonJS and find their scripts relative to their own files. */
function kernel(): { program: string; own: Program } {
  const { program, programDigest, programPath } = load(
    "../../components/host/kernel.ts",
    import.meta.url,
  ) as typeof Kernel;
  return { program, own: { digest: programDigest, path: programPath } };
}

function userName(value: string): string {
  if (!/^[a-z_][a-z0-9_-]*$/.test(value)) {
    throw new InvalidArgumentError("It must be the name of a user.");
  }
  return value;
}

function previous(value: string, list: Program[]): Program[] {
  try {
    return [...list, ...programsNamedBy(value)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : "");
  }
}
