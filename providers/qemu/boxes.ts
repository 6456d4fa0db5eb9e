import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import table from "./boxRecipes.json";

export type BoxName = keyof typeof table.boxes;

/** Every box that can be built. Some are only for tests. */
export const everyBox = Object.keys(table.boxes) as BoxName[];

/**
 * The values of the setting `box`. "auto" is the usual box for new machines, and leaves existing machines as they are.
 */
export const boxes: readonly ["auto", ...BoxName[]] = [
  "auto",
  ...everyBox.filter((name) => !("forTests" in table.boxes[name])),
];

export const usualBox = table.usual as BoxName;

/**
 * The box for a stack's machines; undefined when neither the setting nor the variable names one.
 * @param wanted The setting "box". IPVS_LAB_BOX overrides it.
 * @throws Error when there is no such box.
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

/** The sources of a box. */
export interface Recipe {
  archive: "debian" | "ubuntu";
  /** The suites, that of the release first. */
  suites: string[];
  /** The suite of its security updates. */
  security: string;
  /** A package, with "/RELEASE" when it is not from the first suite. */
  kernel: string;
  /** Packages that only this box has: those that the release has by default. */
  packages?: string[];
  /** True for a release in development, whose index on a mirror may be older than it should be. */
  mayBeStale?: boolean;
}

export function recipeOf(name: BoxName): Recipe {
  return table.boxes[name] as Recipe;
}

/** The folder of all boxes. It has a folder for each build, and a file for each box that names its last build. */
export function boxesFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab/box");
}

/** The file that names a box's last build: "ipvs-lab/debian13-0123abcd". */
export function pointerOf(name: BoxName): string {
  return join(boxesFolder(), `current-${name}`);
}

/**
 * The box that a machine was made from; undefined when there is no machine, or its driver does not tell.
 * @param folder The machine's folder, in which each of its drivers has a folder.
 */
export function madeFrom(folder: string): string | undefined {
  const read = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  if (read("qemu/id") !== undefined) {
    // Machines from the time of a single box have no such file.
    return read(`qemu/${boxNote}`)?.trim() ?? "debian12";
  }
  const { name = "" } =
    read("libvirt/id") === undefined
      ? {}
      : (JSON.parse(read("libvirt/box_meta") ?? "{}") as { name?: string });
  return /^ipvs-lab\/(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
}

/** The file in a machine's folder that names its box. */
export const boxNote = "box";
