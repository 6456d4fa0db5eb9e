import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";

// Each starts programs, which take their time on a busy machine.
jest.setTimeout(120_000);

/** What `verify` prints, for a place. */
function print(place: { width: number; colours: boolean }, order: string[]): string[] {
  const counts: Record<string, number> = {};
  for (const line of order) {
    counts[line] = (counts[line] ?? 0) + 1;
  }
  const answered = {
    clients: { machine1: { order, counts }, far: { order: [], counts: {} } },
    names: { one: "BACKEND-1", two: "B2" },
    table: "IP Virtual Server  \nTCP  10.10.10.100:80 rr\n",
  };
  const script = [
    join(__dirname, "../../../support/display/proof.mts"),
    JSON.stringify([answered, place]),
  ];
  const args = [esModules, ...script];
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", env })) as string[];
}

const twelve = Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? "two" : "one"));

test("who answered stands in columns, with counts and percentages, and nothing behind a line's end", () => {
  expect(print({ width: 1000, colours: false }, twelve)).toEqual([
    "",
    "machine1  BACKEND-1  BACKEND-1  BACKEND-1  B2  BACKEND-1  BACKEND-1  BACKEND-1  B2  BACKEND-1  BACKEND-1  BACKEND-1  B2  … 16 in all",
    "far",
    "",
    "machine1  B2  4  25 %   BACKEND-1 12  75 %",
    "far       B2  0   0 %   BACKEND-1  0   0 %",
    "",
    "IP Virtual Server",
    "TCP  10.10.10.100:80 rr",
  ]);
});

test("no line is longer than the terminal is wide", () => {
  for (const width of [40, 60, 80, 100]) {
    for (const line of print({ width, colours: false }, twelve).slice(0, 3)) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  }
});

test("each member has its colour at a terminal, and none anywhere else", () => {
  const painted = print({ width: 200, colours: true }, twelve);
  expect(painted.join("")).toContain("\u001b[32mB2\u001b[39m");
  expect(painted.join("")).toContain("\u001b[36mBACKEND-1\u001b[39m");
  expect(print({ width: 200, colours: false }, twelve).join("")).not.toContain("\u001b");
});
