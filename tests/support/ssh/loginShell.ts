import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A login shell that is no POSIX shell, and prints before it does anything, without an end of the line. It knows
 * words, single quotes and what a backslash is before between them, which mean the same to sh, fish and csh, and
 * nothing else.
 */
const source = `#!${process.execPath}
const { spawnSync } = require("node:child_process");
process.stdout.write("{welcome}\\nYou have mail.");
const line = process.argv.at(-1);
const words = line.match(/(?:[A-Za-z0-9_.\\/:@%+,-]|'[^'\\n!\\\\]*'|\\\\['!\\\\])+/g) ?? [];
if (words.join(" ") !== line.trim()) {
  console.error("login shell: cannot understand: " + line);
  process.exit(127);
}
const [file, ...args] = words
  .map((word) => word.replace(/'([^']*)'|\\\\(.)/g, (_, text, letter) => text ?? letter))
  .filter((word, i) => i > 0 || word !== "exec");
const { status, error } = spawnSync(file, args, { stdio: "inherit" });
if (error) console.error(String(error));
process.exit(status ?? 126);
`;

/** Lines of sshd_config that give everybody this shell. */
export function strangeShell(): string[] {
  const file = join(mkdtempSync(join(tmpdir(), "ipvs-lab-shell-")), "shell");
  writeFileSync(file, source);
  chmodSync(file, 0o755);
  return [`ForceCommand exec ${file} -c "$SSH_ORIGINAL_COMMAND"`];
}
