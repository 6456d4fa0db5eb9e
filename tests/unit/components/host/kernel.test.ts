import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { program, programPath, spec } from "../../../../components/host/kernel";
import { shellQuote } from "../../../../components/host/quoting";
import { slug } from "../../../../components/host/slug";
import { kinds } from "../../../../components/kinds/kinds";

test("a quoted word reaches a real shell's program as it is", () => {
  const word = fc.string({ unit: "binary", maxLength: 40 }).filter((s) => !s.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const out = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map(shellQuote).join(" ")}`]);
      expect(out.toString().split("\0").slice(0, -1)).toEqual(
        words.map((w) => Buffer.from(w).toString()),
      );
    }),
    { numRuns: 60, examples: [[["$(touch /tmp/x)", "a'b", "é\n`id`", ""]]] },
  );
});

test("a slug is fit for a unit's and a file's name, and different names stay different", () => {
  const safe = /^[a-z0-9-]{1,40}$/;
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
      expect(slug(name)).toMatch(safe);
    }),
  );
  expect(slug("BACKEND-1")).toBe("backend-1");
  expect(slug("a b")).not.toBe(slug("a-b"));
  expect(slug("é")).not.toBe(slug("è"));
});

test("the program is one whole shell script, and its path carries its content", () => {
  expect(program.startsWith("#!/bin/sh\n")).toBe(true);
  expect(program.trimEnd().endsWith('call "$@"')).toBe(true);
  execFileSync("sh", ["-n"], { input: program });
  expect(programPath).toMatch(/^\/var\/lib\/ipvs-lab\/bin\/ipvs-lab-[0-9a-f]{12}$/);
});

test("each folder of kinds/ is a kind that the program knows, and each kind has its script there", () => {
  const home = join(__dirname, "../../../../components/kinds");
  const folders = readdirSync(home, { withFileTypes: true }).filter((e) => e.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(kinds).sort());
  expect(program).toContain(`\nOBJECT_KINDS='${Object.keys(kinds).join(" ")}'\n`);
  for (const kind of Object.keys(kinds)) {
    expect(readdirSync(join(home, kind))).toContain(`${kind}.sh`);
  }
});

test("settings become lines; what is not given is left out", () => {
  expect(spec({ a: "x y", b: 0, c: undefined, d: "" })).toBe("a x y\nb 0\n");
});
