import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "../../../../..");
const files = [
  ...["a.conf", "b.conf", "c.part", "[x].conf", ".hidden.conf", "sp ace.conf"],
  ...["d1/x.conf", "d2/x.conf", "d2/deep/x.conf", "é.conf", "A.conf"],
];

/** The patterns, and what glob(3) with GLOB_BRACE finds for each. */
const patterns: [pattern: string, found: string[]][] = [
  ["*.conf", ["A.conf", "[x].conf", "a.conf", "b.conf", "sp ace.conf", "é.conf"]],
  ["?.conf", ["A.conf", "a.conf", "b.conf", "é.conf"]],
  ["[ab].conf", ["a.conf", "b.conf"]],
  ["[!ab].conf", ["A.conf", "é.conf"]],
  ["[[:upper:]].conf", ["A.conf"]],
  [".*.conf", [".hidden.conf"]],
  ["*.{part,conf}", ["c.part", "A.conf", "[x].conf", "a.conf", "b.conf", "sp ace.conf", "é.conf"]],
  ["{d2,d1}/x.conf", ["d2/x.conf", "d1/x.conf"]],
  ["{c.part,{b,a}.conf}", ["c.part", "b.conf", "a.conf"]],
  ["{a,none}.conf", ["a.conf"]],
  ["d*/x.conf", ["d1/x.conf", "d2/x.conf"]],
  ["**/x.conf", ["d1/x.conf", "d2/x.conf", "link/x.conf"]],
  ["\\[x\\].conf", ["[x].conf"]],
  ["[[]x].conf", ["[x].conf"]],
  ["@(a|b).conf", []],
  ["link/*.conf", ["link/x.conf"]],
  ["none-*.conf", []],
];
let found: { relative: string[][]; absolute: string[][]; patterns: boolean[] };
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "glob-"));
  for (const file of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), "");
  }
  symlinkSync("d1", join(place, "link"));
  const code = `
    import { isPattern, matches } from ${JSON.stringify(join(root, "cli/import/files/glob.ts"))};
    const all = ${JSON.stringify(patterns.map(([one]) => one))};
    console.log(JSON.stringify({
      relative: all.map(matches),
      absolute: all.map((one) => matches(process.cwd() + "/" + one)),
      patterns: [...all, "a.conf", "/etc/keepalived/web-1.2.conf"].map(isPattern),
    }));`;
  const tsx = join(root, "node_modules/tsx/dist/loader.mjs");
  const args = ["--import", tsx, "--input-type=module", "--eval", code];
  found = JSON.parse(
    execFileSync(process.execPath, args, { cwd: place, encoding: "utf8" }),
  ) as typeof found;
});
afterAll(() => {
  rmSync(place, { recursive: true });
});

test.each(patterns.map(([pattern, wanted], i) => ({ pattern, wanted, i })))(
  "$pattern finds what glob(3) finds, in its order",
  ({ wanted, i }) => {
    expect(found.relative[i]).toEqual(wanted);
    expect(found.absolute[i]).toEqual(wanted.map((one) => join(place, one)));
  },
);

test("a path without wildcards is no pattern", () => {
  const wanted = patterns.map(([pattern]) => !pattern.startsWith("@"));
  expect(found.patterns).toEqual([...wanted, false, false]);
});
