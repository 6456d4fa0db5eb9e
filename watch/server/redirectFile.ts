import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that redirects a browser to an address. */
export interface RedirectFile {
  path: string;
  /** Removes the file and its folder. It may be called again. */
  remove: () => void;
}

/**
 * Makes a file that redirects a browser to an address. Other users of a computer see its programs' command lines, but
 * not the content of a private file. So the browser gets the file's name, and the file has the address with the token.
 */
export function redirectFile(address: string): RedirectFile {
  // The folder has mode 0700.
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

/** A page that redirects to an address. The address is made by this program, and nothing in it needs escaping. */
export function redirectPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}"><title>ipvs-lab</title>`;
}
