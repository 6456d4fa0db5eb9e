import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** The number of problems that are shown: a file of thousands of lines may have one in each. */
const maxShown = 20;

/** The place of a property: ["services", 12, "realServers", 3, "weight"]. */
export type Path = (string | number)[];

/** A property that is wrong, and the reason. */
export interface Problem {
  path: Path;
  /** The name of the resource at this place. */
  label?: string;
  message: string;
}

/** The error for arguments that are not allowed: one line for each problem, and only the first ones of many. */
export function invalid(
  type: string,
  name: string,
  problems: (string | Problem)[],
): pulumi.RunError {
  const more = problems.length - maxShown;
  const shown = (more > 1 ? problems.slice(0, maxShown) : problems).map((problem) =>
    typeof problem === "string" ? problem : textOf(problem),
  );
  const said = more > 1 ? [...shown, `and ${more} problems more`] : shown;
  return new pulumi.RunError(said.map((p) => `${type} "${name}": ${p}`).join("\n"));
}

/** "weight: 70000 is not a whole number from 0 to 65535" */
export function describe(issue: z.core.$ZodIssue): string {
  return textOf(problemOf(issue));
}

/** 'realServers[0] "BACKEND-1": its address is everybody\'s' */
export function textOf({ path, label, message }: Problem): string {
  return `${pathOf(path) || "arguments"}${label === undefined ? "" : ` "${label}"`}: ${message}`;
}

/** A schema's issue as a problem. */
export function problemOf(issue: z.core.$ZodIssue): Problem {
  const unknown = issue.code === "unrecognized_keys" ? [issue.keys.join(", ")] : [];
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  return { path: [...path, ...unknown], message: issue.message };
}

/** "services[12].realServers[3].weight" */
export function pathOf(path: Path): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i ? "." : ""}${part}`))
    .join("");
}

/** The message of what was thrown, on one line. */
export function wordsOf(error: unknown): string {
  return String((error as Partial<Error>).message ?? error).replace(/\s+/g, " ");
}
