import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";

// Each starts programs, which take their time on a busy machine.
jest.setTimeout(120_000);

/* Events of real runs (see slim.mjs), and what a log shows of them. */

const support = join(__dirname, "../../../support/display");
const recorded = readdirSync(join(support, "events")).map((file) => file.replace(".jsonl", ""));

function eventsOf(name: string): string[] {
  return readFileSync(join(support, "events", `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
}

function replay(name: string, locale = "C.UTF-8", ...more: string[]): string {
  return replayFile(join(support, "events", `${name}.jsonl`), locale, ...more);
}

function replayFile(file: string, locale = "C.UTF-8", ...more: string[]): string {
  const script = [join(support, "replay.mts"), file];
  return execFileSync(process.execPath, [esModules, ...script, ...more], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: locale },
  });
}

function shown(file: string): string {
  return readFileSync(join(support, "shown", `${file}.txt`), "utf8");
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

test("an error that other operations' ends have moved up is said again at the end", () => {
  const failed = eventsOf("failed");
  const more = eventsOf("create").filter((line) => line.includes("::BACKEND-1-web"));
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-events-"));
  const file = join(folder, "events.jsonl");
  const end = failed.findIndex((line) => line.includes("update failed"));
  writeFileSync(file, [...failed.slice(0, end), ...more, ...failed.slice(end)].join("\n"));
  try {
    const lines = replayFile(file).trim().split("\n");
    const why = "      ipvs-lab: BACKEND-1 never answered in 7 requests from machine1";
    const at = lines.flatMap((line, i) => (line.startsWith(why) ? [i] : []));
    expect(at).toHaveLength(2);
    expect(lines.slice(at[1]).map((line) => line.trim().split(" ")[0])).toEqual([
      ...["ipvs-lab:", "error:", "✗"],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what takes long is named with its time and what it said last", () => {
  const at = eventsOf("create").findIndex((line) => line.includes("+ ip netns add ns-backend2"));
  const lines = replay("create", "C.UTF-8", String(at + 1), "40").split("\n");
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^ {2}… command:remote:Command BACKEND-2-netns \(.*\d+ s\): \+ ip netns add ns-backend2$/,
    ),
  );
});
