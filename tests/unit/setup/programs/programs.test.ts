import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { evaluated } from "../../../support/evaluate";

const root = join(__dirname, "../../../..");
let folder: string;
jest.setTimeout(60_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-programs-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Missing {
  program: string;
  package?: string;
  remedy: string;
}

/** What set-up says of missing programs on a system with this os-release and these programs. */
async function told(release: string, has: string[], names: string[], isRoot = false) {
  const load = (path: string) => `await import(${JSON.stringify(join(root, "setup", path))})`;
  return (await evaluated(
    "setup/programs/missing.ts",
    `(async () => {
      const { systemOf } = ${load("programs/system.ts")};
      const { osRelease } = ${load("osRelease.mjs")};
      const has = (name) => ${JSON.stringify(has)}.includes(name);
      const system = systemOf(osRelease(${JSON.stringify(release)}), has, ${isRoot});
      return m.remediesFor(${JSON.stringify(names)}, system);
    })()`,
  )) as Missing[];
}

test.each([
  ['ID=fedora\nVERSION_ID="43"', ["dnf", "apt-get", "sudo"], "sudo dnf install qemu-img"],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"', ["dnf", "sudo"], "sudo dnf install qemu-img"],
  ["ID=arch", ["pacman", "sudo"], "sudo pacman -S --needed qemu-img"],
  [
    'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"',
    ["zypper", "sudo"],
    "sudo zypper install qemu-img",
  ],
  ["ID=alpine", ["apk", "doas"], "doas apk add qemu-img"],
  ["", ["brew"], "brew install qemu"],
  ["ID=gentoo\nNAME=Gentoo", ["emerge"], "Gentoo has no package of it"],
])("on a system of %j a missing program has the exact command of its own", async (...row) => {
  const [release, has, remedy] = row;
  const [image] = await told(release, has, ["qemu-img"]);
  expect(image?.remedy).toBe(remedy);
});

test("root needs no sudo", async () => {
  expect(await told("ID=fedora", ["dnf", "sudo"], ["mke2fs"], true)).toEqual([
    { program: "mke2fs", package: "e2fsprogs", remedy: "dnf install e2fsprogs" },
  ]);
});

test("a program that a distribution has not is told with the place where it is to be had", async () => {
  const [mmdebstrap] = await told("ID=arch", ["pacman"], ["mmdebstrap"]);
  expect(mmdebstrap).toEqual({
    program: "mmdebstrap",
    remedy: "the AUR has it: https://aur.archlinux.org/packages/mmdebstrap",
  });
});

/** A PATH with all programs of this one but some. */
function pathWithout(...hidden: string[]): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const seen = new Set(hidden);
  for (const place of (process.env.PATH ?? "").split(delimiter)) {
    let names: string[] = [];
    try {
      names = readdirSync(place);
    } catch {
      // PATH may name folders that are not there.
    }
    for (const name of names.filter((one) => !seen.has(one))) {
      seen.add(name);
      symlinkSync(join(place, name), join(bin, name));
    }
  }
  return bin;
}

function doctor(PATH: string, ...words: string[]) {
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, "setup/bootstrap.mjs"), "doctor", ...words],
    { cwd: root, encoding: "utf8", env: { ...process.env, PATH, IPVS_LAB_DRIVER: "qemu" } },
  );
  return stdout;
}

test("`doctor` names each missing program with its command, for people and for programs", () => {
  const path = pathWithout("qemu-img", "mmdebstrap");
  const { steps } = JSON.parse(doctor(path, "--json")) as {
    steps: { name: string; ok: boolean; missing?: Missing[] }[];
  };
  const [programs] = steps;
  expect(programs).toMatchObject({ name: "Programs", ok: false });
  expect(programs?.missing?.map(({ program }) => program)).toEqual(["qemu-img", "mmdebstrap"]);
  const text = doctor(path);
  for (const { program, remedy } of programs?.missing ?? []) {
    expect(remedy).toContain("install");
    expect(text).toContain(`    ${program}: ${remedy}\n`);
  }
});

test("a program that no package brought is used", () => {
  const path = pathWithout("qemu-img");
  const own = join(folder, "own");
  mkdirSync(own);
  writeFileSync(join(own, "qemu-img"), "#!/bin/sh\n", { mode: 0o755 });
  const { steps } = JSON.parse(doctor(`${own}:${path}`, "--json")) as {
    steps: { name: string; ok: boolean }[];
  };
  expect(steps[0]).toEqual({ name: "Programs", ok: true });
});

test("set-up waits for another apt that holds the lists, and passes proxies on by their names", async () => {
  const PATH = pathWithout("apt-get", "sudo");
  writeFileSync(
    join(PATH, "apt-get"),
    `#!/bin/sh
    echo "$* as $DEBIAN_FRONTEND through $http_proxy" >>${folder}/calls
    [ "$(grep -c update ${folder}/calls)" -gt 1 ] || {
      echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)" >&2
      exit 100
    }\n`,
    { mode: 0o755 },
  );
  writeFileSync(join(PATH, "sudo"), `#!/bin/sh\necho "$*" >>${folder}/sudo\nshift\nexec "$@"\n`, {
    mode: 0o755,
  });
  const lines = await evaluated(
    "setup/programs/apt.ts",
    `(async () => {
      const said = [];
      const system = { elevation: "sudo " };
      await m.aptUpdate(system, (line) => said.push(line));
      await m.aptInstall(["mmdebstrap"], system, (line) => said.push(line));
      const { readFileSync } = await import("node:fs");
      return { said, calls: readFileSync("${folder}/calls", "utf8"), sudo: readFileSync("${folder}/sudo", "utf8") };
    })()`,
    { PATH, http_proxy: "http://user:secret@proxy.example:3128" },
  );
  const proxied = "as noninteractive through http://user:secret@proxy.example:3128\n";
  const install = "install --yes --no-install-recommends -qq -o DPkg::Lock::Timeout=300 mmdebstrap";
  expect(lines).toEqual({
    said: ["apt-get update", "apt-get update waits for another apt", "apt-get install mmdebstrap"],
    calls: `-qq update ${proxied}-qq update ${proxied}${install} ${proxied}`,
    sudo: expect.not.stringContaining("secret") as string,
  });
});
