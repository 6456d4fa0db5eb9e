import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lintJoined } from "../../../tools/lint/joined";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-lint-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What is said of a program of two scripts, without the folder's name. */
function said(first: string, second: string): string {
  const scripts = [join(folder, "first.sh"), join(folder, "second.sh")];
  writeFileSync(join(folder, "first.sh"), first);
  writeFileSync(join(folder, "second.sh"), second);
  return lintJoined(scripts, ["JOINED"]).replaceAll(`${folder}/`, "");
}

test("what one script sets and another reads is no mistake, nor what joins them sets", () => {
  expect(said("greeting=hello\n", 'echo "$greeting $JOINED"\n')).toBe("");
});

test.each([
  ["a variable that nothing reads", "unread=hello\n", "SC2034"],
  ["a variable that nothing sets", 'echo "$unset"\n', "SC2154"],
  ["the same in capitals", 'echo "$UNSET"\n', "SC2154"],
  ["a word without quotes", 'echo "$1" $1\n', "SC2086"],
  ["what dash does not have", 'echo "${1/a/b}"\n', "SC3060"],
  ["a script that does not parse", "if true\n", "SC1072"],
])("%s is said with its script and line", (_, line, code) => {
  const text = said('echo "$JOINED"\n', `\n${line}`);
  expect(text).toContain("In second.sh line 2:");
  expect(text).toContain(code);
});

test("what joins the scripts sets nothing that none of them reads", () => {
  expect(said("true\n", "true\n")).toMatch(/JOINED=''\n[^\n]*SC2034/);
});
