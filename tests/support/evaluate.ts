import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runInThisContext } from "node:vm";

const root = join(__dirname, "../..");
/** Lets Node.js load the project's ES modules, and runs a script that imports them (see there). */
export const esModules = join(__dirname, "esModules.cjs");

/**
 * What an expression of the project's own code comes to, or the message of the error that it ends with. The
 * modules that are ES modules get a process of their own, because jest cannot load these.
 * @param module Path of the module from the project's folder, whose exports are in `m`.
 */
export async function evaluated(
  module: string,
  expression: string,
  environment: Record<string, string> = {},
): Promise<unknown> {
  if (module.startsWith("components/") && Object.keys(environment).length === 0) {
    return inThisProcess(module, expression);
  }
  const script = `
    const m = require(${JSON.stringify(join(root, module))});
    const load = async (path) => require(path);
    const work = async () => ${expression.replaceAll("import(", "load(")};
    work().catch((error) => error.message).then((end) => console.log(JSON.stringify(end)));`;
  const child = spawn(process.execPath, ["--require", esModules, "--eval", script], {
    ...{ cwd: root, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === "") {
    throw new Error(stderr);
  }
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

async function inThisProcess(module: string, expression: string): Promise<unknown> {
  const m = jest.requireActual<object>(join(root, module));
  const work = runInThisContext(`(m) => (${expression})`) as (all: object) => unknown;
  try {
    return JSON.parse(JSON.stringify(await work(m)));
  } catch (error) {
    return (error as Error).message;
  }
}
