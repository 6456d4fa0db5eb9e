import { execa } from "execa";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../paths.js";
import type { Step } from "./step.js";

const folder = join(cache, "sshd");
const program = "usr/sbin/sshd";
// The second holds a library of the first.
const packages = ["openssh-server", "libwrap0"];

/**
 * An SSH server for the tests, which start it themselves. Where the system has none it is only unpacked:
 * installing the package would start a server for everybody.
 */
export const sshd: Step = {
  name: "An SSH server for the tests",
  remedy: "npm test unpacks it; or: sudo apt-get install openssh-server",
  isDone: () => existsSync(join("/", program)) || existsSync(join(folder, program)),
  async run(report) {
    mkdirSync(cache, { recursive: true });
    const scratch = mkdtempSync(join(cache, "sshd-"));
    try {
      report("downloading");
      await execa("apt-get", ["-qq", "download", ...packages], { cwd: scratch });
      report("unpacking");
      for (const file of readdirSync(scratch)) {
        await execa("dpkg-deb", ["--extract", file, "unpacked"], { cwd: scratch });
      }
      rmSync(folder, { recursive: true, force: true });
      renameSync(join(scratch, "unpacked"), folder);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};
