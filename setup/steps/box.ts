import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { boxFolder, machineFolder, root } from "../../lab/paths.js";
import { stackSetting, defaultStack } from "../../lab/stackSetting.js";
import { boxOf, pointerOf, recipeOf, usualBox, type BoxName } from "../../providers/qemu/boxes.js";
import { digestOf } from "../../providers/qemu/digest.js";
import { driver } from "../driver.js";
import { aptSources } from "./archives.js";
import { keyFile } from "./sshKey.js";
import type { Step } from "./step.js";

const recipe = join(root, "setup/box");
/** The file that named the box when there was only one. */
const formerPointer = join(boxFolder, "current");
const vagrantBoxes = join(process.env.VAGRANT_HOME ?? join(homedir(), ".vagrant.d"), "boxes");

/** The box for machines of a stack that are made now. */
export function boxFor(stack = defaultStack): BoxName {
  return boxOf(stackSetting(stack, "box")) ?? usualBox;
}

/**
 * The steps that make a box ready for new machines.
 * @param machines The folder that is there while there are machines.
 */
export function boxSteps(box: BoxName, machines?: string): Step[] {
  return [boxStep(box, machines), ...(driver() === "vagrant" ? [vagrantBox(box)] : [])];
}

/**
 * The machines' image. It is built from a distribution's packages, and again only when its recipe or the key changes.
 * Boxes of different names exist side by side.
 */
export function boxStep(box: BoxName, machines = join(machineFolder, "machines")): Step {
  return {
    name: `The machines' box, ${box}`,
    remedy: `IPVS_LAB_BOX=${box} npm run setup`,
    isDone: () => isThere(box),
    run: (report) => build(box, machines, report),
  };
}

/** The box in Vagrant's own list of boxes. */
function vagrantBox(box: BoxName): Step {
  return {
    name: `The machines' box in Vagrant, ${box}`,
    remedy: `IPVS_LAB_BOX=${box} npm run setup`,
    isDone: () => isAdded(nameOf(box)),
    run: () => addToVagrant(nameOf(box)),
  };
}

async function addToVagrant(name: string): Promise<void> {
  // A folder without a Vagrantfile: the project's own refers to the box that does not exist yet.
  const cwd = mkdtempSync(join(tmpdir(), "ipvs-lab-box-"));
  try {
    writeFileSync(join(cwd, "metadata.json"), metadata(name, layerOf(name)));
    await execa("vagrant", ["box", "add", "--force", "metadata.json"], { cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

async function build(
  box: BoxName,
  machines: string,
  report: (line: string) => void,
): Promise<void> {
  const name = nameOf(box);
  const id = name.slice(-8);
  const work = join(boxFolder, `.${id}-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const disk = join(machineFolder, "box", id, "disk.qcow2");
    const made = recipeOf(box);
    const sources = join(work, "box.sources");
    writeFileSync(sources, aptSources(made));
    const [suite = ""] = made.suites;
    const words = [
      work,
      `${keyFile}.pub`,
      disk,
      sources,
      suite,
      made.kernel,
      ...(made.packages ?? []),
    ];
    const building = execa("bash", [join(recipe, "build.sh"), ...words], {
      all: true,
      lines: true,
    });
    for await (const line of building.iterable({ from: "all" })) {
      report(line);
    }
    rmSync(sources);
    await writeDigest(join(work, "disk.qcow2"));
    rmSync(join(boxFolder, id), { recursive: true, force: true });
    renameSync(work, join(boxFolder, id));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const old = lastBuild(box);
  writeFileSync(pointerOf(box), `${name}\n`);
  await removeOld(old, name, machines);
}

/**
 * Removes the build of the same box that a new one replaces. It stays while there are machines, because their disks are
 * layers on top of it.
 */
async function removeOld(old: string | undefined, name: string, machines: string): Promise<void> {
  if (old === undefined || old === name || existsSync(machines)) {
    return;
  }
  if (isAdded(old)) {
    const remove = ["box", "remove", "--force", old];
    await execa("vagrant", remove, { cwd: boxFolder, reject: false });
  }
  rmSync(join(boxFolder, old.slice(-8)), { recursive: true, force: true });
  if (read(formerPointer) === old) {
    rmSync(formerPointer);
  }
}

function isThere(box: BoxName): boolean {
  if (!existsSync(`${keyFile}.pub`)) {
    return false;
  }
  const name = nameOf(box);
  return (
    read(pointerOf(box)) === name &&
    existsSync(join(boxFolder, name.slice(-8), "vmlinuz")) &&
    // Earlier versions kept Vagrant's file only until it was added.
    (driver() === "qemu" || existsSync(layerOf(name)) || isAdded(name))
  );
}

/** "ipvs-lab/debian13-0123abcd": the digits are a digest of the box's sources. */
function nameOf(box: BoxName): string {
  const files = readdirSync(recipe, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // The keys that packages are checked with do not change the packages.
    .filter((file) => !file.startsWith(join(recipe, "keys/")))
    .sort();
  const hash = createHash("sha256").update(JSON.stringify(recipeOf(box)));
  for (const file of [...files, `${keyFile}.pub`]) {
    hash.update(file.replace(root, "")).update(readFileSync(file));
  }
  return `ipvs-lab/${box}-${hash.digest("hex").slice(0, 8)}`;
}

/** The file that Vagrant adds. */
function layerOf(name: string): string {
  return join(boxFolder, name.slice(-8), "lab.box");
}

/** Vagrant's description of the box. It states a version, because Vagrant warns of boxes without one. */
function metadata(name: string, file: string): string {
  const providers = [{ name: "libvirt", url: `file://${file}` }];
  return JSON.stringify({ name, versions: [{ version: "1.0.0", providers }] });
}

/** The name of a box's last build. A build of Debian 12 may be from the time of a single box. */
function lastBuild(box: BoxName): string | undefined {
  return read(pointerOf(box)) ?? (box === "debian12" ? read(formerPointer) : undefined);
}

/** A file's text; undefined when there is no such file. */
function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** True when Vagrant has the box. */
function isAdded(name: string): boolean {
  return existsSync(join(vagrantBoxes, name.replace("/", "-VAGRANTSLASH-")));
}

/** Writes the disk's digest beside it, so that a damaged disk is noticed before machines are made from it. */
async function writeDigest(disk: string): Promise<void> {
  writeFileSync(`${disk}.sha256`, `${await digestOf(disk)}\n`);
}
