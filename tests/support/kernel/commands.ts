import type { Declared } from "../../../components/kinds/detectDrift";
import type { Registered } from "../pulumi/mocks";

/** True for a Command that makes an object on a machine. */
export function isObject(resource: Registered): boolean {
  return (
    resource.type === "command:remote:Command" && inputOf(resource, "create").includes(" apply ")
  );
}

/** The object that a Command makes, as a preview compares it. */
export function declared(command: Registered): Declared {
  const [, kind = "", owner = ""] = / (\w+) apply (\S+)/.exec(inputOf(command, "create")) ?? [];
  return { kind, owner, desired: inputOf(command, "stdin"), adopt: false };
}

/** An input as a text; in JSON where it is none. */
export function inputOf({ inputs }: Registered, key: string): string {
  const value = inside(inputs[key]);
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** What is inside a secret. */
export function inside(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value ? value.value : value;
}
