import { isObject, plain, unknownValue, type Properties } from "../protocol/wire";
import { isArchive, isAsset, isSecret, normal, secretOf } from "./marks";
import type { Fields, Shape } from "./shapes";

/** A wrong property in a program, for Pulumi to show. */
export interface Failure {
  property: string;
  reason: string;
}

/** A program's properties with defaults, and the problems found in them. */
export interface Checked {
  inputs: Properties;
  failures: Failure[];
}

/** Checks the shape of a program's properties, adds defaults and marks secrets. */
export function check(fields: Fields, properties: Properties): Checked {
  const inputs = normal(properties) as Properties;
  const failures = problemsOf(fields, plain(inputs) as Properties);
  const complete = failures.length > 0 ? inputs : withDefaults(fields, inputs);
  const source = plain(inputs.source);
  if ("source" in fields.keys && source !== unknownValue) {
    failures.push(...sourceProblems(source));
  }
  return { inputs: withSecrets(fields, complete), failures };
}

function problemsOf(fields: Fields, values: Properties): Failure[] {
  const failures: Failure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  for (const [key, field] of Object.entries(fields.keys)) {
    const value = values[key];
    if (value === undefined) {
      if (field.required) {
        fail(key, `Missing required field '${key}' on '${fields.name}'`);
      }
    } else if (typeof field.shape === "object" && "keys" in field.shape && isObject(value)) {
      const inner = problemsOf(field.shape, value);
      const list = inner.map(({ property, reason }) => `\n\t${property}: ${reason}`).join("");
      if (inner.length > 0) {
        const at = `${fields.name.replace(/^.*\./, "")}.${key}`;
        fail(key, `An error occurred decoding '${at}': ${inner.length} failures decoding:${list}`);
      }
    } else {
      for (const wrong of mismatches(key, field.shape, value)) {
        const { property, wanted, got } = wrong;
        fail(
          property,
          `Field '${property}' on '${fields.name}' must be a '${wanted}'; got '${got}' instead`,
        );
      }
    }
  }
  for (const key of Object.keys(values)) {
    if (!(key in fields.keys)) {
      fail(key, `Unrecognized field '${key}' on '${fields.name}'`);
    }
  }
  return failures;
}

interface Mismatch {
  property: string;
  wanted: string;
  got: string;
}

function mismatches(property: string, shape: Shape, value: unknown): Mismatch[] {
  if (value === unknownValue || shape === "any" || shape === "asset") {
    return [];
  }
  const wrong = [{ property, wanted: kindOfShape(shape), got: kindOf(value) }];
  if (typeof shape === "string") {
    return typeof value === shape ? [] : wrong;
  }
  if ("list" in shape) {
    return Array.isArray(value)
      ? value.flatMap((item, i) => mismatches(`${property}[${i}]`, shape.list, item))
      : wrong;
  }
  if ("map" in shape && isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      mismatches(`${property}[${key}] value`, shape.map, item),
    );
  }
  return wrong;
}

/** The words for kinds are those of the official plugin, which is written in Go. */
function kindOfShape(shape: Shape): string {
  if (typeof shape === "object") {
    return "list" in shape
      ? `[]${shape.list === "any" ? "interface {}" : "string"}`
      : "map" in shape
        ? "map[string]string"
        : shape.name;
  }
  return { string: "string", boolean: "bool", number: "float64", any: "any", asset: "asset" }[
    shape
  ];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return "[]interface {}";
  }
  const kinds: Partial<Record<string, string>> = { number: "float64", boolean: "bool" };
  return isObject(value) ? "map[string]interface {}" : (kinds[typeof value] ?? typeof value);
}

function sourceProblems(source: unknown): Failure[] {
  if (isAsset(source)) {
    const { path, text } = source as { path: string; text: string };
    return path !== "" || text !== ""
      ? []
      : [
          {
            property: "asset",
            reason: "asset must be a path-based file asset or a text asset",
          },
        ];
  }
  if (isArchive(source)) {
    return (source as { path: string }).path !== ""
      ? []
      : [{ property: "archive", reason: "archive must be a path to a file or directory" }];
  }
  return [{ property: "asset", reason: "either asset or archive must be set" }];
}

function withDefaults(fields: Fields, values: Properties): Properties {
  const complete = new Map(Object.entries(values));
  for (const [key, field] of Object.entries(fields.keys)) {
    const { shape } = field;
    const value = complete.get(key) ?? field.default;
    const inner = plainOutside(value);
    if (typeof shape === "object" && "keys" in shape && isObject(inner)) {
      const filled = withDefaults(shape, inner);
      complete.set(key, isSecret(value) ? secretOf(filled) : filled);
    } else if (value === undefined) {
      complete.delete(key);
    } else {
      complete.set(key, value);
    }
  }
  return Object.fromEntries(complete);
}

function withSecrets(fields: Fields, values: Properties): Properties {
  const result = { ...values };
  for (const [key, field] of Object.entries(fields.keys)) {
    const { shape } = field;
    if (result[key] === undefined) {
      continue;
    }
    const inner = plainOutside(result[key]);
    if (typeof shape === "object" && "keys" in shape && isObject(inner)) {
      const marked = withSecrets(shape, inner);
      result[key] = isSecret(result[key]) ? secretOf(marked) : marked;
    }
    if (field.secret) {
      result[key] = secretOf(result[key]);
    }
  }
  return result;
}

/** The value inside a secret, whose own secrets stay marked. An unknown value is no object. */
function plainOutside(value: unknown): unknown {
  if (!isSecret(value)) {
    return value;
  }
  return (value as Properties).value ?? unknownValue;
}
