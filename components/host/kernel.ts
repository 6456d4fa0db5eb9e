import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { kindNames } from "../kinds/names";
import { posixQuoted } from "./quoting";

/** The program's parts: what several kinds of objects need, and the script of each kind. */
const parts = ["program", "../kinds"]
  .map((folder) => join(__dirname, folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
/** Programs of awk by the variables that the scripts find them in: kinds/service/changes.awk is AWK_SERVICE_CHANGES. */
export const awkPrograms: Record<string, string> = Object.fromEntries(
  parts
    .filter((file) => file.endsWith(".awk"))
    .sort()
    .map((file) => [
      `AWK_${basename(dirname(file))}_${basename(file, ".awk")}`.toUpperCase(),
      readFileSync(file, "utf8"),
    ]),
);

/** The program's scripts as it joins them: common.sh first, main.sh last, and the others between them by name. */
export const scripts = parts
  .filter((file) => file.endsWith(".sh"))
  .sort((a, b) => place(a) - place(b) || (basename(a) < basename(b) ? -1 : 1));

/** Variables that the scripts read and none of them sets. */
export const variables: Record<string, string> = {
  OBJECT_KINDS: kindNames.join(" "),
  ...awkPrograms,
};

const [common = "", ...others] = scripts.map((file) => readFileSync(file, "utf8"));

/** The program that makes and removes kernel objects on a machine: all scripts as one file. */
export const program = [
  common,
  ...Object.entries(variables).map(([name, text]) => `${name}=${posixQuoted(text)}`),
  ...others,
].join("\n");

/** SHA-256 of that program, as sha256sum prints it. */
export const programDigest = createHash("sha256").update(program).digest("hex");

/**
 * The path of that program on a machine. Its name has a digest of its content, so a delete command in the state finds
 * the exact program that made its object, whatever version is current by then.
 */
export const programPath = `/var/lib/ipvs-lab/bin/ipvs-lab-${programDigest.slice(0, 12)}`;

/** "key value" lines, as the kernel scripts read them from standard input. */
export function spec(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key} ${value ?? ""}\n`)
    .join("");
}

/** The position of a script in the program: before, among or after those in the order of their names. */
function place(script: string): number {
  return { "common.sh": -1, "main.sh": 1 }[basename(script)] ?? 0;
}
