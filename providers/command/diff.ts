import { isDeepStrictEqual } from "node:util";
import { isObject, signatureKey, type Properties } from "../protocol/wire";
import { normal } from "./marks";
import type { Fields } from "./shapes";

export type Change = "add" | "delete" | "update";

/** A change at one place in the inputs, and whether it replaces the resource. */
export interface PropertyChange {
  /** Such as `triggers[0]["a.b"]`. */
  path: string;
  /** The property that the path is in. */
  property: string;
  change: Change;
  replaces: boolean;
}

/**
 * Compares a resource's inputs with those before. As in the official plugin, only a property that appears, goes or
 * changes as a whole replaces; the SDK itself requests replacement for items of `triggers`.
 * @param updatable False when every change replaces the resource.
 */
export function diff(
  fields: Fields,
  before: Properties,
  after: Properties,
  updatable: boolean,
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  const note = (path: Path, change: Change) => {
    const property = String(path[0]);
    const replacesAsWhole = path.length === 1 && fields.keys[property]?.replaces === true;
    changes.push({
      path: written(path),
      property,
      change,
      replaces: replacesAsWhole || !updatable,
    });
  };
  compare(note, [], withoutInternals(before), withoutInternals(after));
  return changes;
}

type Path = readonly (string | number)[];

function withoutInternals(properties: Properties): Properties {
  const own = Object.entries(properties).filter(
    ([key]) => key !== "version" && !key.startsWith("__"),
  );
  return normal(Object.fromEntries(own)) as Properties;
}

function compare(
  note: (path: Path, change: Change) => void,
  path: Path,
  before: unknown,
  after: unknown,
): void {
  if (isPlainObject(before) && isPlainObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!(key in before)) {
        note([...path, key], "add");
      } else if (!(key in after)) {
        note([...path, key], "delete");
      } else {
        compare(note, [...path, key], before[key], after[key]);
      }
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now]: [unknown[], unknown[]] = [before, after];
    for (let i = 0; i < Math.max(old.length, now.length); i++) {
      if (i >= old.length) {
        note([...path, i], "add");
      } else if (i >= now.length) {
        note([...path, i], "delete");
      } else {
        compare(note, [...path, i], old[i], now[i]);
      }
    }
  } else if (!isDeepStrictEqual(before, after)) {
    note(path, "update");
  }
}

/** True for an object of the program's that is no secret and no asset. */
function isPlainObject(value: unknown): value is Properties {
  return isObject(value) && !(signatureKey in value);
}

function written(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") {
        return `[${step}]`;
      }
      if (/^[\p{L}\p{Nd}_]+$/u.test(step)) {
        return i === 0 ? step : `.${step}`;
      }
      return `["${step.replaceAll('"', '\\"')}"]`;
    })
    .join("");
}
