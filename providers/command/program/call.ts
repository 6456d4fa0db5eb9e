import { wordsOf } from "../../../components/host/quoting";
import type { CommandInputs } from "../inputs";

/** A call of the program that this project puts on machines (components/host/program). */
export interface ProgramCall {
  /** The program's path. Each version has another one. */
  program: string;
  words: string[];
  stdin: string;
}

/** The folder of the program's versions on a machine. */
export const programFolder = "/var/lib/ipvs-lab/bin";

/** The bytes of a call that a server takes. Its shell reads them one by one, so for more a channel is faster. */
const maxSize = 16 * 1024;

/**
 * Reads a command that a server of calls can run: it makes or removes an object, and has nothing but arguments and
 * input. Returns undefined for everything else, such as a Command of another program.
 */
export function programCall(
  command: string,
  { stdin, logging, environment, previous }: CommandInputs,
  folder: string,
): ProgramCall | undefined {
  const usual =
    command.startsWith(`${folder}/ipvs-lab-`) &&
    Buffer.byteLength(command) + Buffer.byteLength(stdin) <= maxSize &&
    logging === undefined &&
    Object.keys(environment).length === 0 &&
    previous.stdout + previous.stderr === "";
  const [program = "", ...words] = (usual ? wordsOf(command) : undefined) ?? [];
  if (!/^ipvs-lab-[0-9a-f]{12}$/.test(program.slice(folder.length + 1)) || !isServed(words)) {
    return undefined;
  }
  // The server's shell gets words line by line, and has no zero byte.
  return words.some((word) => word.includes("\n")) || (command + stdin).includes("\0")
    ? undefined
    : { program, words, stdin };
}

/**
 * [--generation WHY] [--adopt] KIND apply|remove OWNER [OPTION…]. A server runs one call at a time. keepalived's kinds
 * keep a channel each: while they wait for health checks they let each other run, and have keepalived read once for
 * several.
 */
function isServed(words: string[]): boolean {
  let at = words[0] === "--generation" ? 2 : 0;
  at += words[at] === "--adopt" ? 1 : 0;
  const [kind = "", verb = "", owner = ""] = words.slice(at);
  const isKind = /^[a-z]+$/.test(kind) && !/^(keepalived|proof$|host$|observe$|serve$)/.test(kind);
  return isKind && /^(apply|remove)$/.test(verb) && owner !== "";
}
