import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa, execaSync } from "execa";
import { cache, pulumiBin, pulumiVersion, releasesHidden } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { goBuild } from "./goBuild.js";
import { fetchArchive, NoRelease } from "./mirror.js";

const markName = "built-from-modules";

/**
 * The Pulumi CLI, in the user's cache; a CLI that the user has installed does not change. It is an official release
 * with its Node.js language host, or else a CLI that is built from Go modules.
 */
export const pulumiCli: Step = {
  name: `The Pulumi CLI ${pulumiVersion}`,
  remedy:
    "npm run setup (IPVS_LAB_MIRROR may name a folder or address that has the release; " +
    "without any release it is built with Go)",
  isDone: () => existsSync(join(pulumiBin, "pulumi")) || installedByUser(),
  origin: () =>
    builtFromModules()
      ? "built from the Go module proxy"
      : existsSync(join(pulumiBin, "pulumi"))
        ? "a release"
        : "installed",
  async run(report) {
    mkdirSync(dirname(pulumiBin), { recursive: true });
    const work = mkdtempSync(`${pulumiBin}.`);
    try {
      await unpackRelease(work, report).catch(async (error: unknown) => {
        if (!(error instanceof NoRelease)) {
          throw error;
        }
        await goBuild(["pulumi", "pulumi-sdk-nodejs"], work, error.message, report);
        writeFileSync(join(work, markName), "");
      });
      rmSync(pulumiBin, { recursive: true, force: true });
      renameSync(work, pulumiBin);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
};

/**
 * Puts an official release's programs into a folder.
 * @throws NoRelease when it cannot be had.
 */
export async function unpackRelease(folder: string, report: (line: string) => void): Promise<void> {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const archive = await fetchArchive(
    "cli",
    `pulumi-v${pulumiVersion}-linux-${arch}.tar.gz`,
    join(cache, "downloads"),
    report,
  );
  report("unpacking");
  await execa("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
  rmSync(archive);
}

/** True when the CLI in use was built here, because no release could be had. */
export function builtFromModules(): boolean {
  return existsSync(join(pulumiBin, markName));
}

/** True when PATH has exactly this version, with its language host beside it. */
function installedByUser(): boolean {
  if (releasesHidden) {
    return false;
  }
  const { stdout } = execaSync("pulumi", ["version"], { reject: false });
  const host = execaSync("pulumi-language-nodejs", ["-version"], { reject: false });
  return stdout === `v${pulumiVersion}` && host.code !== "ENOENT";
}
