import { basename } from "node:path";
import type { FormatName } from "./formatNames.js";
import { readSource } from "./formats.js";
import type { Model } from "./model/model.js";
import { type Imported, Output } from "./output.js";
import { writeProgram } from "./write/write.js";

export interface FileOptions {
  format?: FormatName;
  configId?: string;
  interface?: string;
  address?: string;
  /** The file that the program is written to; undefined for standard output. */
  out?: string;
}

/**
 * Reads files of one machine, and writes the program that declares what is in them.
 * @throws SourceError where a file is wrong; Error where a file cannot be written. Then nothing is written.
 */
export function importFiles(sources: string[], options: FileOptions): Imported {
  const output = new Output(options.out);
  const models = sources.map((file) => readSource(file, options.format, options.configId));
  const program = writeProgram(joined(models), {
    ...options,
    sources: sources.map((file) => basename(file)),
    tableFile: output.tableFile,
  });
  return output.save(program);
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
