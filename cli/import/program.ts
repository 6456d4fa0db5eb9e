import type { HostState } from "../../components/drift/hostState.js";
import { machineModel, vipsOf } from "./machine/machineModel.js";
import { markRules } from "./machine/marks.js";
import { ownAddresses } from "./machine/ownAddresses.js";
import { type WrittenProgram, writeProgram } from "./write/write.js";

/** The machine's name and SSH settings, as the program states them. */
export interface MachineLogin {
  name: string;
  host: string;
  port: number;
  user: string;
  /** Undefined when ssh knows no ed25519 key of the machine. */
  hostKey?: string;
  interface?: string;
}

/**
 * A program that declares what a director has.
 * @param seen The output of `observe all` (host/program/observe.sh), parsed.
 * @param options The machine's rules for packets, and the file of a large table as the program names it.
 * @throws Error when there is nothing that can be declared.
 */
export function programFor(
  seen: HostState,
  reach: MachineLogin,
  { rules = "", tableFile }: { rules?: string; tableFile?: string } = {},
): WrittenProgram {
  const { name, interface: named, ...login } = reach;
  if (!seen.services) {
    throw new Error(
      `${name} has no virtual service: IPVS is not loaded there, or ipvsadm is not installed`,
    );
  }
  const model = machineModel(seen, markRules(rules));
  if (model.services.length === 0) {
    const reasons = model.findings.omitted;
    throw new Error([`${name} has no virtual service that can be declared`, ...reasons].join("\n"));
  }
  model.name = name;
  const own = ownAddresses(seen, vipsOf(model.services), { name, interface: named });
  return writeProgram(model, {
    ...own,
    ...{ login, sources: [name], knowsAddresses: true },
    tableFile,
  });
}
