import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { cache, machineFolder, root } from "../../lab/paths.js";
import { errorText } from "./failure.js";

const full = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/;
/** A disk with less free space than this counts as full, bytes. */
const minFreeBytes = 64 * 2 ** 20;

/** The folders that set-up writes to, and the way to choose another one. */
const places: [folder: string, how: string][] = [
  [cache, "XDG_CACHE_HOME chooses another folder for what is downloaded and built"],
  [process.env.TMPDIR ?? "/var/tmp", "TMPDIR chooses another folder to build the box in"],
  [tmpdir(), "TMPDIR chooses another one"],
  [machineFolder, "the machines' disks lie there"],
  [root, "the project lies there"],
];

/** The error itself, or one that names the full disk, when a full disk explains the failure. */
export function withFullDisk(error: unknown): unknown {
  const text = errorText(error);
  const scarce = places.filter(([folder]) => freeBytes(folder) < minFreeBytes);
  if (!full.test(text) && scarce.length === 0) {
    return error;
  }
  const shown = scarce.length > 0 ? scarce : places.slice(0, 2);
  const lines = shown.map(
    ([folder, how]) => `  ${folder} has ${Math.floor(freeBytes(folder) / 2 ** 20)} MB left: ${how}`,
  );
  const what = scarce.length > 0 ? "A disk is full:" : "A disk was full:";
  return new Error([text, what, ...new Set(lines)].join("\n"), { cause: error });
}

/** Free bytes of the file system that has the folder, or will have it. */
function freeBytes(folder: string): number {
  if (!existsSync(folder)) {
    return freeBytes(dirname(folder));
  }
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
