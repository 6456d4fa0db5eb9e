// Installs modules. It needs nothing but Node.js and npm.
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { reasonIn } from "./display/reason.mjs";

/**
 * Installs the modules of a folder's package-lock.json.
 * @param options As of `finished`.
 * @throws Error when npm fails
 */
export async function install(folder, options = {}) {
  // The user's npm settings and NODE_ENV may ask for another tree.
  const tree = [
    "--include=dev",
    "--install-strategy=hoisted",
    "--install-links=false",
    "--bin-links",
  ];
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await finished("npm", ["ci", ...tree, ...quiet], { cwd: folder, ...options });
}

/**
 * Runs a program to its end.
 * @param options As of `spawn`, and its `niceness`: 0 to 19, where 19 leaves others the most of the processor.
 * @throws Error with the reason that it printed, when it fails
 */
export function finished(file, args, { niceness = 0, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const running = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    if (running.pid !== undefined && niceness > 0) {
      setPriority(running.pid, niceness);
    }
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      running[name]?.setEncoding("utf8").on("data", (text) => {
        said[name] += text;
      });
    }
    const fail = (why) => {
      reject(new Error(`${file} ${args.join(" ")} failed:\n${why}`));
    };
    running.once("error", ({ message }) => {
      fail(message);
    });
    running.once("close", (status) => {
      if (status === 0) {
        resolve();
      } else {
        fail(reasonIn(said.stderr.trim() || said.stdout));
      }
    });
  });
}
