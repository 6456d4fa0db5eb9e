import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The file of a module as a program in this folder would load it.
 * @throws Error with advice when the module is not installed.
 */
export function locate(module: string, folder: string): string {
  try {
    return createRequire(join(realpathSync(folder), "index.js")).resolve(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
      throw error;
    }
    const remedy = `There is no ${module} to be found from ${folder}: run \`npm install\` there.`;
    throw new Error(remedy, { cause: error });
  }
}
