import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const root = join(__dirname, "../..");

/**
 * What an expression of the project's own code comes to, or the message of the error that it ends with. It
 * runs in a process of its own, because jest cannot load a module late, as some of that code does.
 * @param module Path of the module from the project's folder, whose exports are in `m`.
 */
export async function evaluated(
  module: string,
  expression: string,
  environment: Record<string, string> = {},
): Promise<unknown> {
  const script = `
    import * as all from ${JSON.stringify(join(root, module))};
    const m = { ...all.default, ...all };
    const work = async () => ${expression};
    work().catch((error) => error.message).then((end) => console.log(JSON.stringify(end)));`;
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { cwd: root, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === "") {
    throw new Error(stderr);
  }
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
