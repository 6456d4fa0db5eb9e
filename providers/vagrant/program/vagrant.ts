import { reasonIn } from "./reason";
import { ProgramMissing, type Programs } from "./run";

/** The program for machines whose resource names no other. */
export const vagrant = "vagrant";

/**
 * The place where Vagrant runs. It must be the same for every call about a machine, or Vagrant may forget the machine.
 */
export interface Place {
  /** Folder of the Vagrantfile, relative to the provider's working folder. */
  directory: string;
  /** Environment variables of every call, added to the provider's own. */
  environment: Record<string, string>;
  /** The program that is called: Vagrant, or another that takes its commands. */
  program: string;
}

/** One line of `--machine-readable` output, its escapes undone. */
export interface Line {
  /** Its machine; empty for a line about none in particular. */
  target: string;
  type: string;
  data: string[];
}

/** A Vagrant call that failed. The message is Vagrant's own, without Ruby's backtraces. */
export class VagrantError extends Error {
  constructor(
    message: string,
    /** Vagrant's class of the error, or "" when it failed before it could name one. */
    readonly kind: string,
    /** The lines that the call had printed up to then. */
    readonly lines: readonly Line[],
  ) {
    super(message);
  }

  /** The part of the message about this machine, when several failed at the same time. */
  about(name: string): string | undefined {
    return sections(this.message).get(name);
  }
}

/**
 * Runs `vagrant` with these arguments and returns its output.
 * @throws VagrantError, and ProgramMissing with advice when Vagrant is not installed.
 */
export async function callVagrant(
  programs: Programs,
  place: Place,
  args: readonly string[],
  onLine: (line: Line) => void = () => undefined,
): Promise<Line[]> {
  const lines: Line[] = [];
  const collect = (text: string) => {
    const line = parseLine(text);
    if (line) {
      lines.push(line);
      onLine(line);
    }
  };
  // Without --no-tty, which would switch the machine-readable output off.
  const { code, stdout, stderr } = await programs
    .run(place.program, [...args, "--machine-readable"], {
      cwd: place.directory,
      environment: place.environment,
      onLine: collect,
    })
    .catch((error: unknown) => explainMissing(place.program, error));
  const failure = lines.find((line) => line.type === "error-exit");
  if (failure || code !== 0) {
    const said = reasonIn(failure?.data[1] ?? (stderr.trim() || stdout));
    const how = code === null ? "was interrupted" : `ended with exit code ${code}`;
    throw new VagrantError(
      said || `${place.program} ${args.join(" ")} ${how}`,
      failure?.data[0] ?? "",
      lines,
    );
  }
  return lines;
}

/** A line of `--machine-readable` output; undefined for text in another format. */
export function parseLine(text: string): Line | undefined {
  const match = /^\d+,([^,]*),([^,]*)(?:,(.*))?$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, target = "", type = "", data = ""] = match;
  return { target, type, data: data.split(",").map(undoEscapes) };
}

function undoEscapes(text: string): string {
  return text.replaceAll("%!(VAGRANT_COMMA)", ",").replaceAll("\\n", "\n").replaceAll("\\r", "\r");
}

function explainMissing(program: string, error: unknown): never {
  if (error instanceof ProgramMissing && program === vagrant) {
    throw new ProgramMissing(
      "the program vagrant is not on PATH. Install Vagrant and a provider for it " +
        "(Debian 12 and 13: apt-get install vagrant vagrant-libvirt; others: " +
        "https://developer.hashicorp.com/vagrant/install), then try again.",
    );
  }
  throw error;
}

/** Separates the errors of machines that ran in parallel, which Vagrant joins. */
function sections(message: string): Map<string, string> {
  const heading =
    /An (?:unexpected )?error occurred (?:while|when) executing the action on the\s+'([^']+)'\s+machine\. Please (?:handle this error then try again|report this as a bug):\n\n/g;
  const parts = message.split(heading).slice(1);
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) {
    found.set(parts[i] ?? "", (parts[i + 1] ?? "").trim());
  }
  return found;
}
