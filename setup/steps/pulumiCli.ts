import { execa, execaSync } from "execa";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache, pulumiBin, pulumiVersion } from "../paths.js";
import { fetchArchive } from "./mirror.js";
import type { Step } from "./step.js";

/** The Pulumi CLI with its Node.js language host, in the user's cache; the user's own stays as it is. */
export const pulumiCli: Step = {
  name: `The Pulumi CLI ${pulumiVersion}`,
  remedy: "npm run setup (IPVS_LAB_MIRROR may name a folder or address that has the release)",
  isDone: () => existsSync(join(pulumiBin, "pulumi")) || installedByUser(),
  async run(report) {
    const arch = process.arch === "arm64" ? "arm64" : "x64";
    const archive = await fetchArchive(
      "cli",
      `pulumi-v${pulumiVersion}-linux-${arch}.tar.gz`,
      join(cache, "downloads"),
      report,
    );
    report("unpacking");
    mkdirSync(dirname(pulumiBin), { recursive: true });
    const work = mkdtempSync(`${pulumiBin}.`);
    await execa("tar", ["-xzf", archive, "-C", work, "--strip-components=1"]);
    rmSync(pulumiBin, { recursive: true, force: true });
    renameSync(work, pulumiBin);
    rmSync(archive);
  },
};

/** The very version on PATH, with its language host beside it. */
function installedByUser(): boolean {
  const { stdout } = execaSync("pulumi", ["version"], { reject: false });
  const host = execaSync("pulumi-language-nodejs", ["-version"], { reject: false });
  return stdout === `v${pulumiVersion}` && host.code !== "ENOENT";
}
