import { hasUnknown, isObject, plain, type Properties } from "../protocol/wire";
import { type Place, vagrant } from "./program/vagrant";

/** The properties of a machine in a program, and the hash that `check` adds. */
export interface MachineInputs extends Place {
  name: string;
  triggers: Properties;
  replaceTriggers: Properties;
  vagrantfileSha256: string;
}

/** A wrong property in a program, for Pulumi to show; "" is the resource as a whole. */
export interface Failure {
  property: string;
  reason: string;
}

const known = new Set([
  "name",
  "directory",
  "environment",
  "program",
  "triggers",
  "replaceTriggers",
  "vagrantfileSha256",
]);

/** The inputs in properties that were checked before: a program's, or those in the state. */
export function inputsOf(properties: Properties): MachineInputs {
  const values = plain(properties) as Properties;
  return {
    name: text(values.name, ""),
    directory: text(values.directory, "."),
    environment: isObject(values.environment) ? (values.environment as Place["environment"]) : {},
    program: text(values.program, vagrant),
    triggers: isObject(values.triggers) ? values.triggers : {},
    replaceTriggers: isObject(values.replaceTriggers) ? values.replaceTriggers : {},
    vagrantfileSha256: text(values.vagrantfileSha256, ""),
  };
}

/** The properties that are inputs, from all that the state has. Secrets keep their marks. */
export function onlyInputs(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => known.has(key)));
}

/** Problems with the shape of a program's properties. Values that are not known yet pass. */
export function wrongShapes(properties: Properties): Failure[] {
  const values = plain(properties) as Properties;
  const failures: Failure[] = [];
  const expect = (property: string, right: boolean, reason: string) => {
    if (!right && !hasUnknown(values[property])) {
      failures.push({ property, reason });
    }
  };
  const { name, directory, environment } = values;
  if (name === undefined || name === null) {
    expect("name", false, "is required: the machine's name in the Vagrantfile");
  } else {
    // Vagrant would take a leading "-" for an option and "/…/" for a pattern.
    const right = typeof name === "string" && /^[^-/]/.test(name);
    expect("name", right, "must be the machine's name in the Vagrantfile");
  }
  expect(
    "directory",
    absent(directory) || (typeof directory === "string" && directory !== ""),
    "must be the path of the Vagrantfile's folder",
  );
  expect(
    "environment",
    absent(environment) ||
      (isObject(environment) && Object.values(environment).every((v) => typeof v === "string")),
    "must be a map of environment variables, every value a string",
  );
  expect(
    "program",
    absent(values.program) || (typeof values.program === "string" && values.program !== ""),
    "must be a program that takes Vagrant's commands",
  );
  for (const property of ["triggers", "replaceTriggers"]) {
    const value = values[property];
    expect(property, absent(value) || isObject(value), "must be a map");
  }
  for (const property of Object.keys(values)) {
    // Names with two underscores are the engine's own.
    expect(
      property,
      known.has(property) || property.startsWith("__"),
      "is no property of a machine",
    );
  }
  return failures;
}

function absent(value: unknown): boolean {
  return value === undefined || value === null;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
