import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";

// Each starts programs, which take their time on a busy machine.
jest.setTimeout(120_000);

/* Events of real runs (see slim.mjs), and what a log shows of them. */

const recorded = readdirSync(join(__dirname, "../../../support/display/events")).map((file) =>
  file.replace(".jsonl", ""),
);

function replay(name: string, locale = "C.UTF-8", ...more: string[]): string {
  const script = [
    join(__dirname, "../../../support/display/replay.mts"),
    join(__dirname, "../../../support/display/events", `${name}.jsonl`),
  ];
  return execFileSync(process.execPath, [esModules, ...script, ...more], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: locale },
  });
}

function shown(file: string): string {
  return readFileSync(join(__dirname, "../../../support/display/shown", `${file}.txt`), "utf8");
}

test.each(recorded)("%s reads as it is kept", (name) => {
  expect(replay(name)).toBe(shown(name));
});

test.each(recorded)("%s has no code for a terminal, and no line of progress", (name) => {
  expect(replay(name)).not.toMatch(/(?![\t\n])\p{Cc}|@ (previewing|updating|destroying)/u);
});

test("a locale without UTF-8 gets signs of ASCII", () => {
  expect(replay("failed", "C")).toBe(shown("failed.ascii"));
});

test("what takes long is named with its time and what it said last", () => {
  const events = readFileSync(
    join(__dirname, "../../../support/display/events/create.jsonl"),
    "utf8",
  ).split("\n");
  const at = events.findIndex((line) => line.includes("+ ip netns add ns-backend2"));
  const lines = replay("create", "C.UTF-8", String(at + 1), "40").split("\n");
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^ {2}… command:remote:Command BACKEND-2-netns \(.*\d+ s\): \+ ip netns add ns-backend2$/,
    ),
  );
});
