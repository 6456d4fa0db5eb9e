import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./paths.js";

/** The stack that commands use by default. */
export const defaultStack = process.env.IPVS_LAB_STACK ?? "dev";

/** The words that choose a stack in a command that is shown; none for the default one. */
export function stackWords(stack: string): string {
  return stack === defaultStack ? "" : ` --stack ${stack}`;
}

/** A command with the words that choose a stack, to be shown: "npm run up -- --stack pair". */
export function commandFor(stack: string, command: string): string {
  const words = stackWords(stack);
  return words === "" ? command : `${command} --${words}`;
}

/** A stack's setting that is a string; undefined when its file has none. */
export function stackSetting(stack: string, key: string): string | undefined {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const { config } = (existsSync(file) ? parse(readFileSync(file, "utf8")) : {}) as {
    config?: Record<string, unknown>;
  };
  const value = config?.[`ipvs-lab:${key}`];
  return typeof value === "string" ? value : undefined;
}
