import { spawnSync } from "node:child_process";
import {
  chmodSync,
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
import { delimiter, join } from "node:path";
import { esModules } from "../../../support/evaluate";

jest.setTimeout(120_000);

const root = join(__dirname, "../../../..");
/** Writes what a box's hooks would leave, and notes how it was called. */
const mmdebstrap = `#!/bin/bash
printf '%s\\n' "$@" >"$FOLDER/arguments"
cp "\${!#}" "$FOLDER/sources"
for word; do
  case $word in --customize-hook=download*) echo "$word" >"\${word##* }" ;; esac
done
`;
let folder: string;
let boxes: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "box, 50% ü "));
  boxes = join(folder, "cache/ipvs-lab/box");
  mkdirSync(boxes, { recursive: true });
  mkdirSync(join(folder, "bin"));
  for (const [name, text] of Object.entries({
    mmdebstrap,
    "qemu-img": '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\necho layer >"$1"\n',
  })) {
    writeFileSync(join(folder, "bin", name), text);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  writeFileSync(join(boxes, "id_ed25519.pub"), "ssh-ed25519 AAAA\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Set-up's steps for a box, where they are not done: false where they were. */
function build(box: string, env: Record<string, string> = {}): boolean {
  const script = join(folder, "script.mts");
  writeFileSync(
    script,
    `import { boxSteps } from ${JSON.stringify(join(root, "setup/steps/box.ts"))};
    const steps = boxSteps(${JSON.stringify(box)}, ${JSON.stringify(join(folder, "machines"))});
    let before = true;
    for (const step of steps) {
      if (await step.isDone()) continue;
      before = false;
      await step.run(() => {});
    }
    const after = await Promise.all(steps.map((step) => step.isDone()));
    console.log(JSON.stringify([before, !after.includes(false)]));`,
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [esModules, script], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      ...{ FOLDER: folder, XDG_CACHE_HOME: join(folder, "cache"), IPVS_LAB_DRIVER: "qemu" },
      ...{ PATH: [join(folder, "bin"), process.env.PATH].join(delimiter) },
      ...env,
    },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [before, after] = JSON.parse(stdout) as [boolean, boolean];
  expect(after).toBe(true);
  return !before;
}

const pointer = (box: string) => join(boxes, `current-${box}`);
const idOf = (box: string) => readFileSync(pointer(box), "utf8").trim().slice(-8);
const builds = () => readdirSync(boxes).filter((name) => /^[0-9a-f]{8}$/.test(name));
/** A build of another recipe, as the cache may have it: the file names it. */
function earlier(file: string, name: string): void {
  mkdirSync(join(boxes, name.slice(-8)));
  writeFileSync(join(boxes, name.slice(-8), "vmlinuz"), "");
  writeFileSync(join(boxes, file), `${name}\n`);
}

test("boxes are built once each, and stand side by side", () => {
  expect([build("debian12"), build("debian13"), build("debian13"), build("debian12")]).toEqual([
    ...[true, true, false, false],
  ]);
  expect(builds().sort()).toEqual([idOf("debian12"), idOf("debian13")].sort());
  expect(readdirSync(join(boxes, idOf("debian13"))).sort()).toEqual([
    ...["disk.qcow2", "disk.qcow2.sha256", "initrd", "lab.box", "vmlinuz"],
  ]);
});

test("Vagrant adds a box that is built already, without a folder that has a Vagrantfile", () => {
  const vagrant = `#!/bin/sh
echo "$*" >>"$FOLDER/vagrant"
test ! -e Vagrantfile && cp metadata.json "$FOLDER/" && mkdir -p "$VAGRANT_HOME/boxes/$BOX"`;
  writeFileSync(join(folder, "bin/vagrant"), vagrant, { mode: 0o755 });
  build("debian13");
  const id = idOf("debian13");
  const env = {
    ...{ IPVS_LAB_DRIVER: "vagrant", VAGRANT_HOME: join(folder, "home") },
    BOX: `ipvs-lab-VAGRANTSLASH-debian13-${id}`,
  };
  // The disk stays: only Vagrant is asked.
  const { mtimeMs } = statSync(join(boxes, id, "disk.qcow2"));
  expect([build("debian13", env), build("debian13", env)]).toEqual([true, false]);
  expect(statSync(join(boxes, id, "disk.qcow2")).mtimeMs).toBe(mtimeMs);
  expect(readFileSync(join(folder, "vagrant"), "utf8")).toBe("box add --force metadata.json\n");
  expect(JSON.parse(readFileSync(join(folder, "metadata.json"), "utf8"))).toMatchObject({
    name: `ipvs-lab/debian13-${id}`,
    versions: [{ providers: [{ url: `file://${join(boxes, id, "lab.box")}` }] }],
  });
  // Boxes of earlier versions have no file for Vagrant.
  rmSync(join(boxes, id, "lab.box"));
  expect(build("debian13", env)).toBe(false);
  rmSync(join(folder, "home"), { recursive: true });
  expect(build("debian13", env)).toBe(true);
  expect(existsSync(join(boxes, id, "lab.box"))).toBe(true);
});

test.each(["without machines", "with machines"])(
  "a changed recipe takes the place of its own box, and of no other, %s",
  (which) => {
    earlier("current-debian12", "ipvs-lab/debian12-aaaaaaaa");
    earlier("current-debian13", "ipvs-lab/debian13-bbbbbbbb");
    earlier("current", "ipvs-lab/debian12-cccccccc");
    // A machine that is up may have it below its own disk.
    const kept = which === "with machines" ? ["bbbbbbbb"] : [];
    if (kept.length > 0) {
      mkdirSync(join(folder, "machines"));
    }
    expect(build("debian13")).toBe(true);
    expect(builds().sort()).toEqual(["aaaaaaaa", "cccccccc", idOf("debian13"), ...kept].sort());
  },
);

test("the only box of before there was a choice makes place for Debian 12's", () => {
  earlier("current", "ipvs-lab/debian12-cccccccc");
  expect(build("debian13")).toBe(true);
  expect(builds()).toContain("cccccccc");
  expect(build("debian12")).toBe(true);
  expect(builds()).not.toContain("cccccccc");
  expect(existsSync(join(boxes, "current"))).toBe(false);
});

test("each is made of its own release's packages, checked with the project's own keys", () => {
  const said = (file: string) => readFileSync(join(folder, file), "utf8");
  const env = {
    IPVS_LAB_DEBIAN_MIRROR: "http://mirror.example.org/debian/",
    IPVS_LAB_UBUNTU_MIRROR: "http://mirror.example.org/ubuntu",
  };
  build("debian13-backports", env);
  expect(said("arguments")).toMatch(
    /^--include=.*,linux-image-cloud-amd64\/trixie-backports,[^]*\ntrixie\n\/dev\/null\n/m,
  );
  const paragraph = (address: string, suites: string, components: string) =>
    `Types: deb\nURIs: ${address}\nSuites: ${suites}\nComponents: ${components}\nSigned-By:\n -----BEGIN PGP`;
  const suites = "trixie trixie-updates trixie-backports";
  expect(said("sources")).toContain(paragraph("http://mirror.example.org/debian", suites, "main"));
  expect(said("sources")).toContain(
    paragraph("http://mirror.example.org/debian-security", "trixie-security", "main"),
  );
  build("ubuntu2604", env);
  for (const suite of ["resolute resolute-updates", "resolute-security"]) {
    expect(said("sources")).toContain(
      paragraph("http://mirror.example.org/ubuntu", suite, "main universe"),
    );
  }
  // Of a release that is being made a mirror may have old lists.
  build("debian14", env);
  expect(said("sources")).toContain("Components: main\nCheck-Valid-Until: no\nSigned-By:");
});
