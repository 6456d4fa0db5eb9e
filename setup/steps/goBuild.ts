import { execa } from "execa";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../locks.js";
import { cache, pulumiVersion, root } from "../paths.js";
import { goEnvironment, toolchain } from "./goToolchain.js";

const recipe = join(root, "setup/go");
const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the Pulumi CLI into a folder, from Go modules alone. What it fetches for that (2 GB with the
 * build's own cache) is gone afterwards.
 * @param why Why there is no release; part of the error where there is no Go either.
 */
export async function buildPulumi(
  folder: string,
  why: string,
  report: (line: string) => void,
): Promise<void> {
  removeLeftovers();
  const work = join(cache, `go-${process.pid}`);
  mkdirSync(work);
  try {
    const go = await toolchain(work, report);
    const env = goEnvironment(work);
    report("fetching Go modules");
    const list = execa(go, ["list", "-deps", command], {
      ...{ cwd: recipe, env, extendEnv: false, lines: true },
      stderr: ["pipe"],
    });
    for await (const line of list.iterable({ from: "stderr" })) {
      report(line.replace("go: downloading", "fetching"));
    }
    const total = (await list).stdout.length;
    // With -v it names each package as it is compiled.
    const flags = ["-v", "-trimpath", "-ldflags", `-s -w -X ${versionVariable}=${pulumiVersion}`];
    const build = execa(go, ["build", ...flags, "-o", join(folder, "pulumi"), command], {
      ...{ cwd: recipe, env, extendEnv: false, lines: true },
    });
    let compiled = 0;
    for await (const line of build.iterable({ from: "stderr" })) {
      compiled++;
      report(
        line === command ? "linking" : `compiled ${compiled} of ${total} packages, now ${line}`,
      );
    }
    await build;
  } catch (error) {
    const { stderr = [], message } = error as Error & { stderr?: string | string[] };
    const said = [stderr].flat().slice(-5).join("\n");
    throw new Error(
      `${why}\nIt cannot be built from Go modules either: ${said || message}\n` +
        "GOPROXY says which module proxy Go asks.",
      { cause: error },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Of builds that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(cache)) {
    const pid = /^go-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}
