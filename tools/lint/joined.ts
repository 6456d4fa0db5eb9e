import { spawnSync } from "node:child_process";

/**
 * shellcheck's messages about scripts that are joined into one program; empty without problems. It checks them as one,
 * so that it knows which variables one script sets and another reads. Messages name the scripts' own files and lines.
 *
 * @param scripts Paths, in the program's order.
 * @param variables Names that no script sets, but the program that joins them.
 */
export function lintJoined(scripts: readonly string[], variables: readonly string[]): string {
  const entry = [
    "#!/bin/sh",
    ...variables.map((name) => `${name}=''`),
    ...scripts.map((script) => `. '${script}'`),
    "",
  ].join("\n");
  const options = ["--check-sourced", "--external-sources", "--enable=check-unassigned-uppercase"];
  const said = shellcheck([...options, "-"], entry);
  // If it cannot parse a script, it gives the reason only when it checks that script alone.
  return said.includes("SC1094") ? shellcheck(["--severity=error", ...scripts]) + said : said;
}

/**
 * dash has the fewest features of the shells that are /bin/sh on the machines: whatever it has (test -ef, test -O), all
 * of them have.
 */
function shellcheck(words: string[], input = ""): string {
  const options = { input, encoding: "utf8", maxBuffer: Infinity } as const;
  const { stdout, stderr, status, error } = spawnSync(
    "shellcheck",
    ["--shell=dash", ...words],
    options,
  );
  if (error) {
    throw new Error(`cannot run shellcheck: ${error.message}`);
  }
  return status === 0 ? "" : stdout + stderr || `shellcheck ends with status ${String(status)}\n`;
}
