import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "kernel");

/** The program that makes and removes kernel objects on a machine: kernel/*.sh as one file. */
export const program = ["common.sh", ...objectScripts(), "main.sh"]
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .join("\n");

/** SHA-256 of that program, as sha256sum prints it. */
export const programDigest = createHash("sha256").update(program).digest("hex");

/**
 * Where a machine keeps that program. The name carries its content, so a delete that stands in the
 * state finds the very program that made its object, whatever version is current by then.
 */
export const programPath = `/var/lib/ipvs-lab/bin/ipvs-lab-${programDigest.slice(0, 12)}`;

/**
 * A short name for files and units on a machine, made from a resource's name. Names that would need
 * escaping get a hash instead of their odd characters.
 */
export function slug(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9-]+/g, "-");
  // A name that looks like one of the hashed ones gets a hash of its own.
  const hashed = /-[0-9a-f]{8}$/.test(plain);
  if (plain === name.toLowerCase() && plain.length <= 40 && !hashed) {
    return plain;
  }
  return `${plain.slice(0, 31)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** "key value" lines, as the kernel scripts read them from standard input. */
export function spec(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key} ${value ?? ""}\n`)
    .join("");
}

function objectScripts(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sh"));
  return files.filter((file) => file !== "common.sh" && file !== "main.sh").sort();
}
