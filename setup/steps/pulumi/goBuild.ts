import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache, pulumiVersion, root } from "../../../lab/paths.js";
import { isAlive } from "../../../providers/qemu/process/processes.js";
import { reasonIn } from "../../display/reason.mjs";
import { goEnvironment, toolchain } from "./goToolchain.js";

/** Go modules with their checksums, and the version of Pulumi that they belong to. */
export interface GoRecipe {
  folder: string;
  version: string;
}

const usual: GoRecipe = { folder: join(root, "setup/go"), version: pulumiVersion };
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The Pulumi CLI, and the generator of SDKs that the language host starts. */
export const programs = {
  pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "pulumi-sdk-nodejs": "ipvs-lab/pulumi/pulumi-sdk-nodejs",
};

/**
 * Builds programs into a folder from Go modules. The files that it fetches for that (2 GB with the build's own cache)
 * are removed afterwards.
 * @param names Some of `programs`. They share most of their work.
 * @param why The reason for the build, for the error when it fails.
 * @param recipe Modules of another version than set-up's.
 */
export async function goBuild(
  names: (keyof typeof programs)[],
  folder: string,
  why: string,
  report: (line: string) => void,
  recipe = usual,
): Promise<void> {
  const packages = names.map((name) => programs[name]);
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const work = join(cache, `go-${process.pid}`);
  mkdirSync(work);
  try {
    const go = await toolchain(work, report, undefined, recipe.folder);
    const env = goEnvironment(work);
    report("fetching Go modules");
    const list = execa(go, ["list", "-deps", ...packages], {
      ...{ cwd: recipe.folder, env, extendEnv: false, lines: true },
      stderr: ["pipe"],
    });
    for await (const line of list.iterable({ from: "stderr" })) {
      report(line.replace("go: downloading", "fetching"));
    }
    const total = (await list).stdout.length;
    // With -v the build names each package as it compiles it.
    const flags = ["-v", "-trimpath", "-ldflags", `-s -w -X ${versionVariable}=${recipe.version}`];
    // The slash makes it a folder: each program goes there under its own name.
    const build = execa(go, ["build", ...flags, "-o", `${folder}/`, ...packages], {
      ...{ cwd: recipe.folder, env, extendEnv: false, lines: true },
    });
    let compiled = 0;
    for await (const line of build.iterable({ from: "stderr" })) {
      compiled++;
      report(
        packages.includes(line)
          ? "linking"
          : `compiled ${compiled} of ${total} packages, now ${line}`,
      );
    }
    await build;
  } catch (error) {
    const { stderr = [], message } = error as Error & { stderr?: string | string[] };
    const said = reasonIn([stderr].flat().join("\n"));
    throw new Error(
      `${why}\nIt cannot be built from Go modules either: ${said || message}\n` +
        "GOPROXY says which module proxy Go asks.",
      { cause: error },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Removes what killed builds have left. */
function removeLeftovers(): void {
  for (const name of readdirSync(cache)) {
    const pid = /^go-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}
