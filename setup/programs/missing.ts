import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAvailable, hasNoLists } from "./apt.js";
import { programs, type Program, type ProgramName } from "./packages.js";
import { installCommand, programFile, type System } from "./system.js";

/** A program that is missing, and the way to get it on this system. */
export interface MissingProgram {
  program: ProgramName;
  /** The package that has the program; undefined when this system's package manager has none. */
  package?: string;
  /** The command that installs it, or else another source in words. */
  remedy: string;
}

/** The programs that are missing. */
export function missingOf(names: ProgramName[]): ProgramName[] {
  return names.filter((name) => !isThere(name));
}

export function remediesFor(names: ProgramName[], system: System): MissingProgram[] {
  return names.map((program) => {
    const { packages, elsewhere = {} }: Program = programs[program];
    const { manager } = system;
    const name = manager && packages[manager];
    if (name !== undefined && (manager !== "apt" || isAvailable(name) || hasNoLists())) {
      return { program, package: name, remedy: installCommand(system, [name]) };
    }
    const other = manager && elsewhere[manager];
    return { program, remedy: other ?? `${system.name || "this system"} has no package of it` };
  });
}

/** One line for each: "qemu-img: sudo dnf install qemu-img". */
export function lines(missing: MissingProgram[]): string[] {
  return missing.map(({ program, remedy }) => `${program}: ${remedy}`);
}

function isThere(name: ProgramName): boolean {
  const { files = [name], namedIn }: Program = programs[name];
  return namedIn
    ? namedIn.some((file) => contentOf(file).includes(name))
    : programFile(...files) !== undefined;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file.replace(/^~/, homedir()), "utf8");
  } catch {
    return "";
  }
}
