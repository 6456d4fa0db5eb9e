import { execa } from "execa";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { digestOf } from "../../providers/qemu/digest.js";
import { locked } from "../../providers/qemu/lock.js";
import { driver } from "../driver.js";
import { boxFolder, machineFolder, root } from "../paths.js";
import { aptSources, type Suites } from "./archives.js";
import { keyFile } from "./sshKey.js";
import type { Step } from "./step.js";

const recipe = join(root, "setup/box");
const suites: Suites = {
  ...{ archive: "debian", suites: ["bookworm", "bookworm-updates"], security: "bookworm-security" },
};
const current = join(boxFolder, "current");
const vagrantBoxes = join(process.env.VAGRANT_HOME ?? join(homedir(), ".vagrant.d"), "boxes");

/** The machines' image, built from Debian's packages once for each state of its recipe and key. */
export const box: Step = {
  name: "The machines' box",
  remedy: "npm run setup",
  isDone: isThere,
  async run(report) {
    const wait = () => {
      report("another set-up builds it");
    };
    await locked(join(boxFolder, "lock"), wait, async () => {
      // Who has waited may find that it is there.
      if (!isThere()) {
        await build(report);
      }
    });
  },
};

async function build(report: (line: string) => void): Promise<void> {
  const name = boxName();
  const id = name.slice(-8);
  const work = join(boxFolder, `.${id}-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const disk = join(machineFolder, "box", id, "disk.qcow2");
    const sources = join(work, "box.sources");
    writeFileSync(sources, aptSources(suites));
    const args = [join(recipe, "build.sh"), work, `${keyFile}.pub`, disk, sources];
    const building = execa("bash", args, { all: true, lines: true });
    for await (const line of building.iterable({ from: "all" })) {
      report(line);
    }
    if (driver() === "vagrant") {
      report("vagrant box add");
      // In a folder without a Vagrantfile: the project's own asks for the box that is not there yet.
      writeFileSync(join(work, "metadata.json"), metadata(name, join(work, "lab.box")));
      await execa("vagrant", ["box", "add", "--force", "metadata.json"], { cwd: work });
      rmSync(join(work, "metadata.json"));
    }
    rmSync(join(work, "lab.box"));
    rmSync(sources);
    await noteDigest(join(work, "disk.qcow2"));
    rmSync(join(boxFolder, id), { recursive: true, force: true });
    renameSync(work, join(boxFolder, id));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const old = built();
  writeFileSync(current, `${name}\n`);
  // A machine that is up has the old disk below its own.
  if (old && old !== name && !existsSync(join(machineFolder, "machines"))) {
    if (isAdded(old)) {
      await execa("vagrant", ["box", "remove", "--force", old], {
        cwd: boxFolder,
        reject: false,
      });
    }
    rmSync(join(boxFolder, old.slice(-8)), { recursive: true, force: true });
  }
}

function isThere(): boolean {
  return (
    existsSync(`${keyFile}.pub`) &&
    built() === boxName() &&
    existsSync(join(boxFolder, boxName().slice(-8), "vmlinuz")) &&
    (driver() === "qemu" || isAdded(boxName()))
  );
}

/** The name carries what the box is made from. */
function boxName(): string {
  const files = readdirSync(recipe, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return `ipvs-lab/debian12-${hashOf(...files, `${keyFile}.pub`).slice(0, 8)}`;
}

/** With a version of its own: Vagrant warns of boxes that have none. */
function metadata(name: string, file: string): string {
  const providers = [{ name: "libvirt", url: `file://${file}` }];
  return JSON.stringify({ name, versions: [{ version: "1.0.0", providers }] });
}

function built(): string | undefined {
  return existsSync(current) ? readFileSync(current, "utf8").trim() : undefined;
}

/** True when Vagrant has it. */
function isAdded(name: string): boolean {
  return existsSync(join(vagrantBoxes, name.replace("/", "-VAGRANTSLASH-")));
}

/** Beside the disk, so that one that was damaged is told before machines are made from it. */
async function noteDigest(disk: string): Promise<void> {
  writeFileSync(`${disk}.sha256`, `${await digestOf(disk)}\n`);
}

/** A hash of files' contents, to see whether they changed. */
function hashOf(...files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(file.replace(root, "")).update(readFileSync(file));
  }
  return hash.digest("hex");
}
