import { glyphs } from "../../setup/display/glyphs.mjs";

/** Says on standard error what a command does now. */
export function sayDoing(what: string): void {
  console.error(`${glyphs.doing} ${what} ${glyphs.more}`);
}
