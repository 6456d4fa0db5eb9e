import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FakeMachine } from "./fakeMachine";

/** A machine on which a test says what single tools do, and what files there are. */
export class ScriptMachine extends FakeMachine {
  /** Has a tool run these lines; it is noted no longer. */
  tool(name: string, lines: string): void {
    const path = join(this.folder, "bin", name);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\nT=${this.folder}\n${lines}\n`, { mode: 0o755 });
  }

  /** Puts a file on the machine, which the program may change. */
  file(path: string, text: string): void {
    const at = this.path(path);
    for (const folder of foldersTo(at, this.folder)) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
    }
    writeFileSync(at, text);
    chmodSync(at, 0o666);
  }

  text(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  /** Runs the program with nobody to read what it prints. */
  unheard(words: string, stdin: string) {
    return this.shell(`${this.program} ${words} >&-`, stdin);
  }
}

function foldersTo(file: string, top: string): string[] {
  const folder = dirname(file);
  return folder === top ? [] : [...foldersTo(folder, top), folder];
}
