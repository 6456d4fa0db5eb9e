import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../../support/pulumi/project";
import { runWithSetUp } from "../../../../support/setUpModules";

const releases = join("ipvs-lab", "registry-only", "pulumi", "3.230.0");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "registry-only-"));
  mkdirSync(join(folder, "cache/ipvs-lab"), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a few lines with set-up's modules in a process with its own cache and our Go first on PATH. */
function withSetUp(code: string, env: Record<string, string> = {}) {
  return runWithSetUp(folder, code, {
    PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}`,
    XDG_CACHE_HOME: join(folder, "cache"),
    IPVS_LAB_MIRROR: "none",
    ...{ HTTPS_PROXY: "", https_proxy: "", HTTP_PROXY: "", http_proxy: "" },
    ...env,
  });
}

/** A Go of this version that notes how it is called, and does what these lines of shell say. */
function fakeGo(version: string, lines: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  const script = `#!/bin/sh
    [ "$1" = env ] && { echo go${version}; exit; }
    echo "$* in $PWD with GOFLAGS=$GOFLAGS GOPROXY=$GOPROXY GOMODCACHE=$GOMODCACHE" >> "${folder}/calls"
    ${lines}`;
  writeFileSync(join(folder, "bin/go"), script, { mode: 0o755 });
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

const build = `
  import { pulumiCli } from "@setup/steps/pulumi/pulumiCli.ts";
  import { languageHost } from "@setup/steps/pulumi/languageHost.ts";
  import { sdkGenerator } from "@setup/steps/pulumi/sdkGenerator.ts";
  try {
    await pulumiCli.run((line) => console.log(line));
    await languageHost.run(() => {});
    console.log(pulumiCli.isDone(), pulumiCli.origin(), "|", languageHost.isDone(), languageHost.origin(),
      "|", sdkGenerator.isDone());
  } catch (error) {
    console.log(error.message);
  }`;

const builds = `
  case $1 in
    list) echo "go: downloading example.org/a v1.0.0" >&2; printf 'a\\nb\\n' ;;
    build) printf 'a\\nb\\n' >&2
      while [ "$1" != -o ]; do shift; done
      for name in pulumi pulumi-sdk-nodejs; do
        printf '#!/bin/sh\\necho built\\n' > "$2$name"; chmod +x "$2$name"
      done ;;
  esac`;

describe("where no release is to be had, the CLI", () => {
  test("is built from the pinned modules, with progress, and our language host beside it", () => {
    fakeGo("99.0.0", builds);
    mkdirSync(join(folder, "cache/ipvs-lab/go-99999999/modules"), { recursive: true });
    const { stdout } = withSetUp(build, {
      GOPROXY: "https://proxy.example.org",
      GOFLAGS: "-mod=vendor",
    });
    const said = stdout.trim().split("\n");
    expect(said).toContain("fetching example.org/a v1.0.0");
    expect(said).toContain("compiled 2 of 2 packages, now b");
    expect(said.at(-1)).toBe(
      "true built from the Go module proxy | true the project's own, providers/language | true",
    );
    const [list, compile] = calls();
    expect(list).toMatch(
      /^list -deps github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi ipvs-lab\/pulumi\/pulumi-sdk-nodejs in .*\/setup\/go /,
    );
    expect(compile).toContain("version.Version=3.230.0");
    // The user's proxy, but no flags of theirs that would change the build.
    expect(compile).toContain("GOFLAGS=-modcacherw GOPROXY=https://proxy.example.org");
    const bin = join(folder, "cache", releases);
    expect(readdirSync(bin)).toEqual(
      expect.arrayContaining(["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]),
    );
    const asked = spawnSync(join(bin, "pulumi-language-nodejs"), ["-version"], {
      encoding: "utf8",
    });
    expect(asked.stdout).toBe("3.230.0\n");
    // What Go fetched is gone, now and of a build that was killed.
    expect(readdirSync(join(folder, "cache/ipvs-lab"))).toEqual(["registry-only"]);
  });

  test("leaves nothing half done, and says what Go said and which setting counts", () => {
    fakeGo("99.0.0", `echo "module lookup disabled" >&2; exit 1`);
    const { stdout } = withSetUp(build);
    expect(stdout).toContain("module lookup disabled");
    expect(stdout).toContain("GOPROXY");
    expect(stdout).toContain("IPVS_LAB_MIRROR");
    expect(existsSync(join(folder, "cache", releases))).toBe(false);
    expect(readdirSync(join(folder, "cache/ipvs-lab/registry-only/pulumi"))).toEqual([]);
  });

  test("is not built instead of a mirror's archive with a wrong checksum", () => {
    fakeGo("99.0.0", builds);
    const mirror = join(folder, "mirror");
    mkdirSync(mirror);
    const name = `pulumi-v3.230.0-linux-${process.arch === "arm64" ? "arm64" : "x64"}.tar.gz`;
    writeFileSync(join(mirror, name), "content");
    // The official address must not be reached, whatever network this is.
    const offline = `globalThis.fetch = () => Promise.reject(new Error("offline"));\n`;
    const { stdout } = withSetUp(offline + build, { IPVS_LAB_MIRROR: mirror });
    expect(stdout).toContain("SHA-256 expected: ");
    expect(existsSync(join(folder, "calls"))).toBe(false);
  });

  test("is built where neither the official address nor the mirror answers", () => {
    fakeGo("99.0.0", builds);
    const offline = `globalThis.fetch = () => Promise.reject(new Error("offline"));\n`;
    const { stdout } = withSetUp(offline + build, { IPVS_LAB_MIRROR: join(folder, "nowhere") });
    expect(stdout).toContain("true built from the Go module proxy");
    expect(existsSync(join(folder, "cache/ipvs-lab/pulumi/3.230.0/pulumi"))).toBe(true);
  });
});

test("an older Go fetches a newer one as a module, and makes it ready for use", () => {
  fakeGo(
    "1.19.8",
    `dir="$GOMODCACHE/toolchain"; mkdir -p "$dir/bin" "$dir/pkg/tool/linux" "$dir/src"
    touch "$dir/bin/go" "$dir/pkg/tool/linux/link" "$dir/src/_go.mod"
    printf '{"Dir":"%s","Sum":"h1:MkNvPo+gHdMv6KJDtF7Ut6u/EG5iJRIfJv5eKmh7bNM="}' "$dir"`,
  );
  const { stdout } = withSetUp(`
    import { toolchain } from "@setup/steps/pulumi/goToolchain.ts";
    const bin = ${JSON.stringify(join(folder, "bin"))};
    console.log(await toolchain(${JSON.stringify(folder)}, (line) => console.log(line), () => [bin]));`);
  const [said, go = ""] = stdout.trim().split("\n");
  expect(said).toBe("fetching Go 1.25.8, as this one is 1.19.8");
  expect(calls()[0]).toContain("mod download -json golang.org/toolchain@v0.0.1-go1.25.8.linux-");
  expect(go).toBe(join(folder, "modules/toolchain/bin/go"));
  const executable = (file: string) => (statSync(join(go, file)).mode & 0o111) !== 0;
  expect([executable("."), executable("../../pkg/tool/linux/link")]).toEqual([true, true]);
  expect(existsSync(join(folder, "modules/toolchain/src/go.mod"))).toBe(true);
});

describe("the command plugin, where no release is to be had,", () => {
  const places = `
    import { commandPlugin } from "@setup/steps/pulumi/commandPlugin.ts";
    import { pulumiHome } from "@lab/paths.ts";
    import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
    import { join } from "node:path";
    const folder = join(pulumiHome, "plugins/resource-command-v1.2.1");
    const file = join(folder, "pulumi-resource-command");
    const show = () => console.log(commandPlugin.isDone(), existsSync(file) ? commandPlugin.origin?.() : "none");`;

  test("is the project's own engine under the official name and version, as one file", () => {
    const { stdout } = withSetUp(`${places}
      show();
      await commandPlugin.run(() => {});
      show();
      rmSync(join(folder, "pulumi-resource-command.sha256"));
      writeFileSync(join(folder, "pulumi-resource-command.sha256"), "of older sources");
      show();`);
    const own = "the project's own engine, providers/command";
    expect(stdout.trim().split("\n")).toEqual(["false none", `true ${own}`, `false ${own}`]);
    // From any folder: the engine prints its port.
    const program = join(folder, "cache/ipvs-lab/registry-only/pulumi-home/plugins");
    const launcher = join(program, "resource-command-v1.2.1/pulumi-resource-command");
    const asked = spawnSync("timeout", ["5", launcher], { cwd: "/", encoding: "utf8" });
    expect(asked.stdout).toMatch(/^\d+\n$/);
  });

  test("stays the official one where that is there", () => {
    const { stdout } = withSetUp(`${places}
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, "");
      show();`);
    expect(stdout).toBe("true a release\n");
  });
});

test("a mirror is used only where IPVS_LAB_MIRROR names one", () => {
  mkdirSync(join(folder, "shared/mirror"), { recursive: true });
  writeFileSync(join(folder, "shared/mirror/any.tar.gz"), "content");
  const { stdout } = withSetUp(
    `globalThis.fetch = () => Promise.reject(new Error("offline"));
    import { fetchArchive } from "@setup/steps/pulumi/mirror.ts";
    const digests = { official: "0".repeat(64) };
    await fetchArchive("cli", "any.tar.gz", ${JSON.stringify(join(folder, "target"))}, () => {}, digests)
      .catch((error) => console.log(error.message));`,
    { IPVS_LAB_MIRROR: "" },
  );
  expect(stdout).toMatch(
    /^any.tar.gz cannot be fetched:\n {2}https:\S+: offline\nSet IPVS_LAB_MIRROR/,
  );
  // Neither in the project nor beside it.
  const looking = spawnSync("git", ["grep", "-nF", ["..", "shared", ""].join("/")], {
    cwd: root,
    encoding: "utf8",
  });
  expect(looking.stdout).toBe("");
});

test("hidden releases stay as they are: the other CLI has a home and a folder of its own", () => {
  const show = `import { pulumiBin, pulumiHome } from "@lab/paths.ts"; console.log(pulumiBin, pulumiHome);`;
  const hidden = withSetUp(show).stdout.trim().split(" ");
  const usual = withSetUp(show, { IPVS_LAB_MIRROR: "" }).stdout.trim().split(" ");
  expect(hidden.filter((path) => usual.includes(path))).toEqual([]);
});
