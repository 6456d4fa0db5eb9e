import { createHash } from "node:crypto";

/**
 * A short name for files and units on a machine, made from a resource's name. Long names, and those with characters
 * other than letters, digits and dashes, also get a hash.
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
