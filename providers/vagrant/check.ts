import { stat } from "node:fs/promises";
import { hasUnknown, unknownValue, type Properties } from "../protocol/wire";
import { isSameMachine } from "./diff";
import { inputsOf, wrongShapes, type Failure } from "./inputs";
import type { Fleet } from "./program/fleet";
import { ProgramMissing } from "./program/run";
import { VagrantError } from "./program/vagrant";
import { findVagrantfile } from "./program/vagrantfile";

/** A program's properties with defaults, and the problems found in them. */
export interface Checked {
  inputs: Properties;
  failures: Failure[];
}

/**
 * Checks that the Vagrantfile parses and has the machine; adds defaults and the Vagrantfile's hash.
 * @param old The properties of the last check. Vagrant is not asked again about an unchanged Vagrantfile.
 */
export async function check(
  fleet: Fleet,
  old: Properties,
  properties: Properties,
): Promise<Checked> {
  const inputs: Properties = {
    ...properties,
    directory: properties.directory ?? ".",
    environment: properties.environment ?? {},
    vagrantfileSha256: unknownValue,
  };
  const failures = wrongShapes({ ...inputs, vagrantfileSha256: "" });
  if (failures.length > 0 || hasUnknown([inputs.directory, inputs.environment])) {
    return { inputs, failures };
  }
  const place = inputsOf(inputs);
  const { name, directory } = place;
  if (!(await isFolder(directory))) {
    return { inputs, failures: [{ property: "directory", reason: `no folder ${directory}` }] };
  }
  const file = await findVagrantfile(place);
  if (!file) {
    return {
      inputs,
      failures: [{ property: "directory", reason: `no Vagrantfile in ${directory}` }],
    };
  }
  inputs.vagrantfileSha256 = file.sha256;
  if (hasUnknown(inputs.name) || isSameMachine(old, inputs)) {
    return { inputs, failures };
  }
  try {
    const machines = await fleet.recentStatus(place, file.sha256);
    if (!machines.has(name)) {
      const reason = `no machine "${name}" in ${file.path}: it has ${[...machines.keys()].join(", ")}`;
      failures.push({ property: "name", reason });
    }
  } catch (error) {
    if (error instanceof VagrantError) {
      failures.push({ property: "directory", reason: error.message });
    } else if (error instanceof ProgramMissing) {
      failures.push({ property: "", reason: error.message });
    } else {
      throw error;
    }
  }
  return { inputs, failures };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
