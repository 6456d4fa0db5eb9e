import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { esModules } from "./evaluate";
import { root } from "./pulumi/project";

/**
 * Runs a few lines with set-up's modules, which are ES modules, in a process of their own. "@setup", "@lab" and "@cli"
 * stand for those folders.
 * @param folder Where the lines are written.
 */
export function runWithSetUp(folder: string, code: string, env: Record<string, string> = {}) {
  const script = join(folder, "script.mts");
  writeFileSync(script, code.replaceAll(/@(?=setup|lab|cli)/g, `${root}/`));
  return spawnSync(process.execPath, [esModules, script], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}
