import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { state } from "../../lab/paths.js";
import { type Program, programOf, type Sudo } from "./rules.js";

/** The beginning of the program, in all versions. */
const programHeader = "#!/bin/sh\n# ipvs-lab: ";

/**
 * The programs that a user names: by SHA-256, by the file of a program, or by a sudoers file.
 * @throws Error when it is none of these.
 */
export function programsNamedBy(named: string): Program[] {
  if (/^[0-9a-f]{64}$/.test(named)) {
    return [programOf(named)];
  }
  if (!existsSync(named)) {
    throw new Error(`${named} is neither a SHA-256 of 64 hexadecimal digits nor a file`);
  }
  const text = readFileSync(named, "utf8");
  const digests = text.startsWith(programHeader)
    ? [sha256(text)]
    : [...text.matchAll(/^[^#\n]*\bsha256:([0-9a-f]{64}) /gm)].map(([, digest = ""]) => digest);
  if (digests.length === 0) {
    throw new Error(`${named} is no file of \`npm run sudoers\`, and no program of ipvs-lab`);
  }
  return digests.map(programOf);
}

/** The programs that a stack of this folder has put on machines. Its state has their text. */
export function programsOfStack(stack: string): Program[] {
  const file = join(state, ".pulumi/stacks/ipvs-lab", `${stack}.json`);
  if (!existsSync(file)) {
    return [];
  }
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { resources?: { inputs?: { stdin?: unknown } }[] } };
  };
  const texts = (checkpoint?.latest?.resources ?? []).flatMap(({ inputs }) =>
    typeof inputs?.stdin === "string" && inputs.stdin.startsWith(programHeader) ? inputs.stdin : [],
  );
  return [...new Set(texts)].map((text) => programOf(sha256(text)));
}

/** A machine's sudo, and the programs found there. */
export interface Probed {
  sudo?: Sudo;
  /** "sudo-rs 0.2.13". */
  version: string;
  programs: Program[];
}

/** Parses a machine's answer. */
export function parseProbe(answer: string): Probed {
  const version = /^(?:Sudo version|sudo-rs) .*$/m.exec(answer)?.[0] ?? "no sudo";
  const programs = [...answer.matchAll(/^([0-9a-f]{64})\s+(\/\S+)$/gm)]
    .map(([, digest = "", path = ""]) => ({ ...programOf(digest), there: path }))
    .filter(({ path, there }) => path === there);
  return {
    sudo: version === "no sudo" ? undefined : version.startsWith("sudo-rs") ? "sudo-rs" : "sudo",
    version,
    programs: programs.map(({ digest, path }) => ({ digest, path })),
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
