import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { evaluated } from "../../../support/evaluate";

jest.setTimeout(30_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-failing-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const many = (line: string) => Array.from({ length: 200 }, (_, i) => `${line} ${i}`);

/** What a command of this project ends with when a program of this name prints this and fails. */
async function said(name: string, lines: string[], to: "stdout" | "stderr", options = "{}") {
  const program = join(folder, name);
  writeFileSync(join(folder, "output"), `${lines.join("\n")}\n`);
  const redirected = to === "stderr" ? " >&2" : "";
  writeFileSync(program, `#!/bin/sh\ncat '${join(folder, "output")}'${redirected}\nexit 3\n`);
  chmodSync(program, 0o755);
  const call = `(async () => {
    const { execa } = await import("execa");
    return execa(${JSON.stringify(program)}, ["go"], ${options}).catch(m.errorText);
  })()`;
  return String(await evaluated("setup/display/failure.ts", call)).replaceAll(`${folder}/`, "");
}

test.each([
  [
    "mmdebstrap",
    [
      ...many("I: downloading packages"),
      "E: apt-get update: no route to host",
      ...many("I: cleaning"),
    ],
    "E: apt-get update: no route to host",
  ],
  [
    "qemu-img",
    ['qemu-img: Failed to get "write" lock', "Is another process using it?"],
    'qemu-img: Failed to get "write" lock',
  ],
  [
    "pulumi",
    [...many("    pulumi:pulumi:Stack running"), "error: no stack named 'dev' found"],
    "error: no stack named 'dev' found",
  ],
  [
    "npm",
    [
      "npm error code ECONNREFUSED",
      "npm error errno ECONNREFUSED",
      "npm error FetchError: request to http://127.0.0.1:9/ms failed, reason: connect ECONNREFUSED",
      "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log",
    ],
    "npm error FetchError: request to http://127.0.0.1:9/ms failed, reason: connect ECONNREFUSED",
  ],
  [
    "vagrant",
    ["x.rb:1:in `run': no box (Some::Error)", ...many("\tfrom /gems/x.rb:1:in `run'")],
    "no box (x.rb:1)",
  ],
  ["other", many("line"), "line 195\nline 196\nline 197\nline 198\nline 199"],
])("review 24: of %s's output an error has the reason alone", async (name, lines, reason) => {
  const expected = `${name} go failed (3):\n${reason}`;
  expect(await said(name, lines, "stderr")).toBe(expected);
  expect(await said(name, lines, "stdout")).toBe(expected);
  expect(await said(name, lines, "stdout", "{ all: true, lines: true }")).toBe(expected);
});

test("review 24: a program that is missing is named", async () => {
  const call = `(await import("execa")).execa("no-such-program", ["go"]).catch(m.errorText)`;
  expect(await evaluated("setup/display/failure.ts", call)).toBe(
    "the program no-such-program is not there",
  );
});
