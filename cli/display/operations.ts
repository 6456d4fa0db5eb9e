import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";

/** Verbs for Pulumi's operations, before and after they are carried out, in the order of a summary. */
const verbs: Record<string, [string, string]> = {
  create: ["create", "created"],
  "create-replacement": ["create", "created anew"],
  update: ["update", "updated"],
  replace: ["replace", "replaced"],
  delete: ["delete", "deleted"],
  "delete-replaced": ["delete", "deleted"],
  import: ["import", "imported"],
  "import-replacement": ["import", "imported"],
  refresh: ["refresh", "refreshed"],
  read: ["read", "read"],
  "read-replacement": ["read", "read"],
  discard: ["discard", "discarded"],
  "discard-replaced": ["discard", "discarded"],
  "remove-pending-replace": ["remove from the state", "removed from the state"],
  same: ["", "unchanged"],
};

const signs: Record<string, string> = {
  create: "+",
  "create-replacement": "+",
  update: "~",
  replace: "+-",
  delete: "-",
  "delete-replaced": "-",
};

/** Pulumi's sign for an operation. */
export function sign(op: string): string {
  return signs[op] ?? " ";
}

export function verbOf(op: string): string {
  return verbs[op]?.[0] ?? op;
}

export function pastTenseOf(op: string): string {
  return verbs[op]?.[1] ?? op;
}

/** "2 to create, 28 unchanged", or "2 created, 28 unchanged". */
export function counts(changes: Record<string, number>, isPreview: boolean): string {
  const order = Object.keys(verbs);
  const known = Object.entries(changes).filter(([, n]) => n > 0);
  const place = (op: string) => (order.includes(op) ? order.indexOf(op) : order.length);
  return known
    .sort(([a], [b]) => place(a) - place(b))
    .map(([op, n]) => `${n} ${isPreview && op !== "same" ? `to ${verbOf(op)}` : pastTenseOf(op)}`)
    .join(", ");
}

/** Type and name, as Pulumi's own display has them: "command:remote:Command director". */
export function titleOf(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  return `${types.split("$").at(-1) ?? types} ${name.join("::")}`;
}

const maxLines = 12;

/**
 * The properties that an update changes, and the lines removed from and added to those that are text. Pulumi hides
 * secrets as objects before it hands an event on; of these only the name is shown.
 */
export function changes({ diffs, old, new: next }: StepEventMetadata): {
  properties: string[];
  lines: string[];
} {
  const properties = diffs ?? [];
  const lines = properties.flatMap((property) => {
    const before: unknown = old?.inputs[property];
    const after: unknown = next?.inputs[property];
    return typeof before === "string" && typeof after === "string"
      ? changedLines(before.split("\n"), after.split("\n"))
      : [];
  });
  const hidden = lines.length - maxLines;
  return {
    properties,
    lines:
      hidden > 1
        ? [...lines.slice(0, maxLines), `and ${hidden} lines more; with -- --diff all are shown`]
        : lines,
  };
}

function changedLines(before: string[], after: string[]): string[] {
  return [
    ...missingFrom(before, after).map((line) => `- ${line}`),
    ...missingFrom(after, before).map((line) => `+ ${line}`),
  ];
}

/** The lines that `others` does not have, or has less often. */
function missingFrom(lines: string[], others: string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at < 0) {
      return true;
    }
    left.splice(at, 1);
    return false;
  });
}
