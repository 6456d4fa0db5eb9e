import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";

const root = join(__dirname, "../../../..");
let folder: string;
jest.setTimeout(60_000);

/** Notes what it installs. The machines' programs are installed only after the box is begun. */
const aptGet = `#!/bin/sh
for word; do
  case $word in
    mmdebstrap) cp "$FOLDER/mmdebstrap" "$FOLDER/bin/" ;;
    qemu-utils) cp "$FOLDER/qemu-img" "$FOLDER/bin/" ;;
    qemu-system-x86)
      timeout 20 sh -c 'until [ -e "$FOLDER/begun" ]; do sleep 0.1; done' || exit
      cp "$FOLDER/program" "$FOLDER/bin/qemu-system-x86_64"
      echo machines >>"$FOLDER/log" ;;
  esac
done
`;
const mmdebstrap = `#!/bin/sh
: >"$FOLDER/begun"
for word; do
  case $word in --customize-hook=download*) echo "$word" >"\${word##* }" ;; esac
done
timeout 20 sh -c 'until [ -e "$FOLDER/bin/qemu-system-x86_64" ]; do sleep 0.1; done' || exit
echo box >>"$FOLDER/log"
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab machines "));
  mkdirSync(join(folder, "bin"));
  for (const [name, text] of Object.entries({
    ...{ mmdebstrap, program: "#!/bin/sh\n", "bin/apt-get": aptGet },
    "bin/apt-cache": "#!/bin/sh\necho '  Candidate: 1'\n",
    "bin/sudo": '#!/bin/sh\nwhile case $1 in -*) ;; *) false ;; esac; do shift; done\nexec "$@"\n',
    "qemu-img": '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\necho layer >"$1"\n',
  })) {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  for (const name of [
    ...["bash", "sh", "flock", "ssh", "ssh-keygen", "timeout", "sleep", "cp", "mv", "rm", "mkdir"],
    ...["mktemp", "chmod", "install", "tar", "paste", "dirname", "realpath", "true"],
  ]) {
    symlinkSync(join("/usr/bin", name), join(folder, "bin", name));
  }
  for (const name of ["mke2fs", "newuidmap"]) {
    symlinkSync(join(folder, "program"), join(folder, "bin", name));
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("the box is built beside the installation of the programs that it does not need", () => {
  const script = join(folder, "script.mts");
  const steps = JSON.stringify(join(root, "setup/steps/machineSteps.ts"));
  writeFileSync(script, `import { runMachineSteps } from ${steps}; await runMachineSteps();`);
  const { status, stderr } = spawnSync(process.execPath, [esModules, script], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...{ PATH: join(folder, "bin"), HOME: folder, FOLDER: folder },
      ...{ XDG_CACHE_HOME: folder, IPVS_LAB_DRIVER: "qemu" },
    },
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, "log"), "utf8")).toBe("machines\nbox\n");
});
