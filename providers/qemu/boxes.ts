import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import table from "./boxRecipes.json";

export type BoxName = keyof typeof table.boxes;

/** Every box that can be built; some are for tests alone. */
export const everyBox = Object.keys(table.boxes) as BoxName[];

/**
 * What a lab may ask its machines to be made from. "auto" is the usual box for machines that are made now, and leaves
 * those that exist as they are.
 */
export const boxes: readonly ["auto", ...BoxName[]] = [
  "auto",
  ...everyBox.filter((name) => !("forTests" in table.boxes[name])),
];

export const usualBox = table.usual as BoxName;

/**
 * The box that a stack's machines are to have; undefined where nothing says which.
 * @param wanted The setting "box"; IPVS_LAB_BOX goes before it.
 * @throws Error where there is no such box
 */
export function boxOf(wanted = "auto"): BoxName | undefined {
  const variable = process.env.IPVS_LAB_BOX ?? "";
  const [from, name, known] =
    variable === ""
      ? (["ipvs-lab:box", wanted, boxes] as const)
      : (["IPVS_LAB_BOX", variable, ["auto", ...everyBox]] as const);
  const box = known.find((one) => one === name);
  if (box === undefined) {
    throw new Error(`${from}: "${name}" is no box; there are ${known.join(", ")}`);
  }
  return box === "auto" ? undefined : box;
}

/** What a box is made from. */
export interface Recipe {
  archive: "debian" | "ubuntu";
  /** The release first. */
  suites: string[];
  /** That of its security updates. */
  security: string;
  /** A package, with "/RELEASE" where it is not the first suite's. */
  kernel: string;
  /** What the release has by default, beside what all boxes have. */
  packages?: string[];
  /** A release that is still being made, whose lists on a mirror may be older than they should be. */
  mayBeStale?: boolean;
}

export function recipeOf(name: BoxName): Recipe {
  return table.boxes[name] as Recipe;
}

/** Of all boxes, built side by side: one folder for each build, and a file for each box that names its last one. */
export function boxesFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab/box");
}

/** The file that names a box's last build: "ipvs-lab/debian13-0123abcd". */
export function pointerOf(name: BoxName): string {
  return join(boxesFolder(), `current-${name}`);
}

/**
 * The box that a machine was made from; undefined where there is no machine, or its driver does not tell.
 * @param folder The machine's, in which each of its drivers has a folder.
 */
export function madeFrom(folder: string): string | undefined {
  const read = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  if (read("qemu/id") !== undefined) {
    // Before there was a choice, nothing was noted.
    return read(`qemu/${boxNote}`)?.trim() ?? "debian12";
  }
  const { name = "" } =
    read("libvirt/id") === undefined
      ? {}
      : (JSON.parse(read("libvirt/box_meta") ?? "{}") as { name?: string });
  return /^ipvs-lab\/(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
}

/** The file in a machine's folder that says of which box it was made. */
export const boxNote = "box";
