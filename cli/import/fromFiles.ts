import { basename } from "node:path";
import type { HostState } from "../../components/drift/hostState.js";
import type { FormatName } from "./formatNames.js";
import { readSource } from "./formats.js";
import { complete } from "./machine/complete.js";
import { vipsOf } from "./machine/machineModel.js";
import { ownAddresses } from "./machine/ownAddresses.js";
import type { Model } from "./model/model.js";
import { type Imported, Output } from "./output.js";
import type { MachineLogin } from "./program.js";
import type { MachineOptions } from "./write/hosts.js";
import { type WrittenProgram, writeProgram } from "./write/write.js";

export interface FileOptions {
  format?: FormatName;
  configId?: string;
  interface?: string;
  address?: string;
  /** The file that the program is written to; undefined for standard output. */
  out?: string;
}

/** The machine that the files are of, where it was asked. */
export interface SeenMachine {
  seen: HostState;
  reach: MachineLogin;
}

/**
 * Reads files of one machine, and writes the program that declares what is in them.
 * @throws SourceError where a file is wrong; Error where a file cannot be written. Then nothing is written.
 */
export function importFiles(
  sources: string[],
  options: FileOptions,
  machine?: SeenMachine,
): Imported {
  const output = new Output(options.out);
  return output.save(programOf(sources, options, machine, output.tableFile));
}

/** The program of files. What they do not say is their machine's, where that is known. */
export function programOf(
  sources: string[],
  options: FileOptions,
  machine?: SeenMachine,
  tableFile?: string,
): WrittenProgram {
  const model = joined(sources.map((file) => readSource(file, options.format, options.configId)));
  return writeProgram(model, {
    ...options,
    ...(machine && factsOf(model, machine, options)),
    ...{ sources: sources.map((file) => basename(file)), tableFile },
  });
}

/** The machine's interface, addresses and login; the model is completed by the rest. */
function factsOf(model: Model, { seen, reach }: SeenMachine, options: FileOptions): MachineOptions {
  const { name, host, port, user, hostKey } = reach;
  complete(model, seen);
  model.name ??= name;
  const named = options.interface;
  const own = ownAddresses(seen, vipsOf(model.services), { name, interface: named });
  return {
    ...own,
    ...(options.address !== undefined && { address: options.address }),
    login: { host, port, user, hostKey },
  };
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
