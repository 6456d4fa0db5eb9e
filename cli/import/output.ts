import { existsSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { WrittenProgram } from "./write/write.js";

/** What an import has to say. */
export interface Imported {
  /** The program, unless it is in a file. */
  text?: string;
  /** The files that were written. */
  written: string[];
  omitted: string[];
  notes: string[];
}

/** Where a program goes: into a file, with a large table beside it, or else to standard output. */
export class Output {
  private readonly table?: string;

  /** @throws Error when the folder of the program's file is none that files can be written to. */
  constructor(private readonly out?: string) {
    if (out !== undefined) {
      requireFolder(out);
      this.table = join(dirname(out), "services.yaml");
    }
  }

  /** The table's file as the program names it; undefined where the table is in the program. */
  get tableFile(): string | undefined {
    return this.table === undefined ? undefined : fromProject(this.table);
  }

  /** Writes all files. @throws Error where one is there already; then nothing is written. */
  save({ text, table, omitted, notes }: WrittenProgram): Imported {
    if (this.out === undefined || this.table === undefined) {
      return { text, written: [], omitted, notes };
    }
    const files: [string, string | undefined][] = [
      [this.out, text],
      [this.table, table],
    ];
    const contents = files.flatMap(([file, inside]) =>
      inside === undefined ? [] : { file, inside },
    );
    const there = contents.find(({ file }) => existsSync(file));
    if (there) {
      throw new Error(
        `${there.file} is there already, and stays as it is; name another with --out`,
      );
    }
    for (const { file, inside } of contents) {
      writeFileSync(file, inside, { flag: "wx" });
    }
    return { written: contents.map(({ file }) => file), omitted, notes };
  }
}

function requireFolder(out: string): void {
  const folder = dirname(out);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) {
    throw new Error(
      `--out ${out}: the folder ${folder} does not exist; make it first (mkdir -p ${folder}), or name another file`,
    );
  }
  if (!found.isDirectory()) {
    throw new Error(`--out ${out}: ${folder} is a file, not a folder; name another file`);
  }
}

/** A file as a program names it: relative to the folder of its Pulumi.yaml, where Pulumi runs it. */
function fromProject(file: string): string {
  let folder = resolve(dirname(file));
  while (!existsSync(join(folder, "Pulumi.yaml"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      return basename(file);
    }
    folder = parent;
  }
  return relative(folder, resolve(file));
}
