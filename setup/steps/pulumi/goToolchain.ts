import { chmodSync, existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { root } from "../../../lab/paths.js";
import { install } from "../programs.js";
import { toolchainSums } from "./digests.js";

/**
 * A Go toolchain that is new enough for the CLI: the installed one, or else Debian's. An older Go fetches a newer one
 * from the module proxy, like any module.
 * @param work A folder for what is fetched.
 * @param folders Folders to look for Go in.
 * @param recipe The folder of the go.mod that states the version needed.
 * @returns The path of `go`.
 */
export async function toolchain(
  work: string,
  report: (line: string) => void,
  folders = usualFolders,
  recipe = join(root, "setup/go"),
): Promise<string> {
  let installed = await newest(folders());
  if (!installed) {
    report("installing Go");
    await install(["go"], report);
    installed = await newest(folders());
    if (!installed) {
      throw new Error("There is no Go, and its package brings none that answers.");
    }
  }
  const needed = neededVersion(recipe);
  if (compare(installed.version, needed) >= 0) {
    return installed.file;
  }
  report(`fetching Go ${needed}, as this one is ${installed.version}`);
  return fetchToolchain(installed.file, needed, work);
}

/**
 * The environment for Go: the user's, with its proxies, but without anything that would change the build or leave files
 * behind.
 */
export function goEnvironment(work: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...{ GOTOOLCHAIN: "local", GOROOT: undefined, GOWORK: "off" },
    ...{ GO111MODULE: "on", GOFLAGS: "-modcacherw", GOOS: "", GOARCH: "", CGO_ENABLED: "0" },
    ...{ GOMODCACHE: join(work, "modules"), GOCACHE: join(work, "build") },
  };
}

interface Go {
  file: string;
  /** As Go prints it, without "go": "1.19.8". */
  version: string;
}

/** PATH, and the folders in which Go's installer and Debian put it. */
function usualFolders(): string[] {
  const debian = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];
  return [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/local/go/bin",
    ...debian.filter((name) => /^go-\d/.test(name)).map((name) => `/usr/lib/${name}/bin`),
  ];
}

async function newest(folders: string[]): Promise<Go | undefined> {
  const files = new Set(folders.map((folder) => join(folder, "go")).filter(existsSync));
  const found: Go[] = [];
  for (const file of files) {
    const env = { GOTOOLCHAIN: "local", GOROOT: undefined };
    const { stdout } = await execa(file, ["env", "GOVERSION"], { env, reject: false });
    const version = /^go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    if (version) {
      found.push({ file, version });
    }
  }
  return found.sort((a, b) => compare(b.version, a.version))[0];
}

function neededVersion(recipe: string): string {
  const text = readFileSync(join(recipe, "go.mod"), "utf8");
  return /^go (\S+)$/m.exec(text)?.[1] ?? "";
}

/** Above 0 when the first version is the newer one. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Go's checksum database is always used, whatever the user's settings say. */
const databaseOnly = { GOSUMDB: "sum.golang.org", GONOSUMDB: "", GOPRIVATE: "", GOINSECURE: "" };

/**
 * Fetches a toolchain as a module, which Go checks. From 1.21 on Go would also unpack it ready for use; Debian 12's Go
 * does not.
 */
async function fetchToolchain(go: string, version: string, work: string): Promise<string> {
  const name = `go${version}.linux-${process.arch === "arm64" ? "arm64" : "amd64"}`;
  const module = `v0.0.1-${name}`;
  const expected = toolchainSums[module];
  const env = { ...goEnvironment(work), ...(expected === undefined ? databaseOnly : {}) };
  const { stdout } = await execa(
    go,
    ["mod", "download", "-json", `golang.org/toolchain@${module}`],
    { cwd: work, env, extendEnv: false },
  );
  const { Dir: folder, Sum: found } = JSON.parse(stdout) as { Dir: string; Sum?: string };
  if (expected !== undefined && found !== expected) {
    throw new Error(
      [
        `golang.org/toolchain@${module} is not the one that this project knows, and is not used.`,
        `  sum expected: ${expected}`,
        `  sum found:    ${found ?? "none"}`,
      ].join("\n"),
    );
  }
  // A module holds neither executables nor another module, so both are restored here.
  for (const place of ["bin", "pkg/tool"]) {
    for (const entry of readdirSync(join(folder, place), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (entry.isFile()) {
        chmodSync(join(entry.parentPath, entry.name), 0o755);
      }
    }
  }
  renameSync(join(folder, "src/_go.mod"), join(folder, "src/go.mod"));
  return join(folder, "bin/go");
}
