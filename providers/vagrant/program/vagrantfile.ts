import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Place } from "./vagrant";

/** A Vagrantfile as it is now. */
export interface Vagrantfile {
  path: string;
  /** SHA-256 of its content, hexadecimal. */
  sha256: string;
}

/** The Vagrantfile of a place; undefined when there is none. */
export async function findVagrantfile(place: Place): Promise<Vagrantfile | undefined> {
  const named = variable(place, "VAGRANT_VAGRANTFILE");
  for (const name of named ? [named] : ["Vagrantfile", "vagrantfile"]) {
    const path = join(place.directory, name);
    const content = await unlessMissing(readFile(path));
    if (content) {
      return { path, sha256: createHash("sha256").update(content).digest("hex") };
    }
  }
  return undefined;
}

/**
 * The ids of a machine in Vagrant's records, by provider. They remain when the Vagrantfile is gone or broken and
 * Vagrant itself cannot be asked.
 */
export async function recordedIds(place: Place, name: string): Promise<Map<string, string>> {
  const dotfile = variable(place, "VAGRANT_DOTFILE_PATH") ?? ".vagrant";
  const folder = join(resolve(place.directory, dotfile), "machines", name);
  const ids = new Map<string, string>();
  for (const provider of (await unlessMissing(readdir(folder))) ?? []) {
    const id = await unlessMissing(readFile(join(folder, provider, "id"), "utf8"));
    if (id?.trim()) {
      ids.set(provider, id.trim());
    }
  }
  return ids;
}

function variable(place: Place, name: string): string | undefined {
  const value = place.environment[name] ?? process.env[name];
  return value === "" ? undefined : value;
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      return undefined;
    }
    throw error;
  }
}
