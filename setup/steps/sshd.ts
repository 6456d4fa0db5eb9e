import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache } from "../../lab/paths.js";
import { isOnPath } from "../../providers/qemu/driver.js";
import { remediesFor } from "../programs/missing.js";
import { programFile, thisSystem } from "../programs/system.js";
import type { Step } from "./step.js";

const folder = join(cache, "sshd");
const program = "usr/sbin/sshd";
const packageName = "openssh-server";
const remedy = () => remediesFor(["sshd"], thisSystem())[0]?.remedy ?? "";

/**
 * An SSH server for the tests, which start it themselves. On a system without one it is only unpacked: installing the
 * package would start a server for everybody.
 */
export const sshd: Step = {
  name: "An SSH server for the tests",
  get remedy() {
    return isOnPath("dpkg-deb") ? `npm test unpacks it; or: ${remedy()}` : remedy();
  },
  isDone: () => programFile("sshd") !== undefined || existsSync(join(folder, program)),
  async run(report) {
    if (!isOnPath("dpkg-deb")) {
      throw new Error(`There is no SSH server for the tests; install one: ${remedy()}`);
    }
    mkdirSync(cache, { recursive: true });
    const scratch = mkdtempSync(join(cache, "sshd-"));
    try {
      report("downloading");
      await execa("apt-get", ["-qq", "download", packageName, ...(await libraries())], {
        cwd: scratch,
      });
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

/** The packages of those libraries that this system lacks. The server shares the others with the SSH client. */
async function libraries(): Promise<string[]> {
  const words = ["depends", "--no-recommends", "--no-suggests", packageName];
  const { stdout } = await execa("apt-cache", words, { env: { LC_ALL: "C" } });
  const all = [...stdout.matchAll(/^ +(?:Pre)?Depends: (lib\S+)$/gm)].map(([, name = ""]) => name);
  const query = ["-W", "-f", "${Package} ${db:Status-Status}\n", ...all];
  const known = await execa("dpkg-query", query, { reject: false });
  return all.filter((name) => !known.stdout.split("\n").includes(`${name} installed`));
}
