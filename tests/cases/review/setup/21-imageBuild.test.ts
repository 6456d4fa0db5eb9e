import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "../../../support/pulumi/project";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ipvs-lab-box-test-")));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Programs that note what others could reach while the box is built, and make what is asked of them. */
const fakes = {
  mmdebstrap: `
    umask > "$NOTES/umask"
    find "$TMPDIR/.." -printf '%m %P\\n' > "$NOTES/before"
    for word; do
      case $word in
        *"download /"*) echo image > "\${word##* }" ;;
      esac
      printf '%s\\n' "$word" >> "$NOTES/words"
    done
    find "$TMPDIR/.." -printf '%m %P\\n' > "$NOTES/after"`,
  "qemu-img": `for word; do case $word in */box.img) echo made > "$word" ;; esac; done`,
};

test("review 21: nobody else can write, or read, an image while it is built", () => {
  const [bin, notes, output] = ["bin", "notes", "output"].map((name) => join(folder, name));
  for (const made of [bin, notes, output, join(folder, "tmp")]) {
    mkdirSync(String(made));
  }
  for (const [name, lines] of Object.entries(fakes)) {
    writeFileSync(join(String(bin), name), `#!/bin/sh\nset -eu\n${lines}\n`, { mode: 0o755 });
  }
  writeFileSync(join(folder, "key.pub"), "ssh-ed25519 AAAA\n");
  writeFileSync(join(folder, "box.sources"), "Types: deb\n");
  const { stderr, status } = spawnSync(
    "sh",
    // Whatever the user's umask is.
    ["-c", 'umask 0 && exec "$@"', "sh", join(root, "setup/box/build.sh")].concat([
      String(output),
      join(folder, "key.pub"),
      "/nowhere/disk.qcow2",
      ...[join(folder, "box.sources"), "trixie", "linux-image"],
    ]),
    {
      encoding: "utf8",
      env: {
        ...{ PATH: `${bin}:${process.env.PATH}`, NOTES: notes, TMPDIR: join(folder, "tmp") },
      },
    },
  );
  expect([stderr, status]).toEqual(["", 0]);
  const read = (name: string) =>
    readFileSync(join(String(notes), name), "utf8")
      .trim()
      .split("\n");
  // The folder that mmdebstrap unpacks in may be gone through by its other user ids, not be listed.
  const open = [...read("before"), ...read("after")].filter((line) => {
    const [mode = "", path = ""] = line.split(" ");
    return !path.startsWith("own/") && (Number.parseInt(mode, 8) & 0o077) !== 0;
  });
  // The hooks are programs of this project, which mmdebstrap's other user ids read; nobody else writes them.
  const hooks = ["disk.sh", "in-root.sh", "packages.sh"].map((name) => `755 hooks/${name}`);
  expect([...new Set(open)].sort()).toEqual(["711 ", "711 hooks", "711 root", ...hooks].sort());
  expect(read("before")).toContain("700 own");
  // The image's own files get their usual rights.
  expect(read("umask")).toEqual(["0022"]);
  for (const name of ["disk.qcow2", "vmlinuz", "initrd", "lab.box"]) {
    expect(statSync(join(String(output), name)).mode & 0o022).toBe(0);
  }
});
