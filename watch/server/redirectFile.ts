import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that sends a browser on to an address. */
export interface RedirectFile {
  path: string;
  /** Takes it away, with its folder; may be called again. */
  remove: () => void;
}

/**
 * Everybody on a computer sees the command lines of its programs, but not what is in a private file: so a
 * browser is told a file's name, and the file tells it the address with the token.
 */
export function redirectFile(address: string): RedirectFile {
  // Of mode 0700.
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-watch-"));
  const path = join(folder, "open.html");
  writeFileSync(path, `${redirectPage(address)}\n`, { mode: 0o600, flag: "wx" });
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page that leads to an address made by this program, in which nothing needs escaping. */
export function redirectPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}"><title>ipvs-lab</title>`;
}
