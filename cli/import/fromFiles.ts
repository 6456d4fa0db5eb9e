import { existsSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { FormatName } from "./formatNames.js";
import { readSource } from "./formats.js";
import type { Model } from "./model/model.js";
import { writeProgram } from "./write/write.js";

export interface FileOptions {
  format?: FormatName;
  configId?: string;
  interface?: string;
  address?: string;
  /** The file that the program is written to; undefined for standard output. */
  out?: string;
}

/** What an import has to say. */
export interface Imported {
  /** The program, unless it is in a file. */
  text?: string;
  /** The files that were written. */
  written: string[];
  omitted: string[];
  notes: string[];
}

/**
 * Reads files of one machine, and writes the program that declares what is in them.
 * @throws SourceError where a file is wrong; Error where a file that would be written is there already. Then nothing is
 *   written.
 */
export function importFiles(sources: string[], options: FileOptions): Imported {
  const { out } = options;
  if (out !== undefined) {
    requireFolder(out);
  }
  const table = out === undefined ? undefined : join(dirname(out), "services.yaml");
  const models = sources.map((file) => readSource(file, options.format, options.configId));
  const program = writeProgram(joined(models), {
    ...options,
    sources: sources.map((file) => basename(file)),
    ...(table !== undefined && { tableFile: fromProject(table) }),
  });
  const { omitted, notes } = program;
  if (out === undefined || table === undefined) {
    return { text: program.text, written: [], omitted, notes };
  }
  const files: [string, string | undefined][] = [
    [out, program.text],
    [table, program.table],
  ];
  const contents = files.flatMap(([file, text]) => (text === undefined ? [] : [{ file, text }]));
  const there = contents.find(({ file }) => existsSync(file));
  if (there) {
    throw new Error(`${there.file} is there already, and stays as it is; name another with --out`);
  }
  for (const { file, text } of contents) {
    writeFileSync(file, text, { flag: "wx" });
  }
  return { written: contents.map(({ file }) => file), omitted, notes };
}

/** @throws Error when the folder of the program's file is none that files can be written to. */
function requireFolder(out: string): void {
  const folder = dirname(out);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) {
    throw new Error(
      `--out ${out}: the folder ${folder} does not exist; make it first (mkdir -p ${folder}), or name another file`,
    );
  }
  if (!found.isDirectory()) {
    throw new Error(`--out ${out}: ${folder} is a file, not a folder; name another file`);
  }
}

/** A file as a program names it: relative to the folder of its Pulumi.yaml, where Pulumi runs it. */
function fromProject(file: string): string {
  let folder = resolve(dirname(file));
  while (!existsSync(join(folder, "Pulumi.yaml"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      return basename(file);
    }
    folder = parent;
  }
  return relative(folder, resolve(file));
}

/** Several files of one machine as one. */
function joined([first, ...others]: Model[]): Model {
  if (!first) {
    throw new Error("name a file to import, or a machine with --host");
  }
  for (const { services, addresses, routers, name, findings, ...settings } of others) {
    first.services.push(...services);
    first.addresses.push(...addresses);
    first.routers.push(...routers);
    first.syncDaemons.push(...settings.syncDaemons);
    first.name ??= name;
    Object.assign(first.timeouts, settings.timeouts);
    Object.assign(first.sysctls, settings.sysctls);
    first.findings.addAll(findings);
  }
  return first;
}
