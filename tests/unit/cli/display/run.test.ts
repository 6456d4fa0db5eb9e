import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { esModules } from "../../../support/evaluate";

// Each starts programs, which take their time on a busy machine.
jest.setTimeout(120_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-display-"));
  symlinkSync(join(__dirname, "../../../support/display/fakePulumi"), join(folder, "pulumi"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const log = () => readFileSync(join(folder, "log"), "utf8").trim().split("\n");

function operate(args: string[], environment: Record<string, string> = {}) {
  const script = [esModules, join(__dirname, "../../../support/display/operate.mts"), ...args];
  writeFileSync(join(folder, "log"), "");
  const child = spawn(process.execPath, script, {
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
      LC_ALL: "C.UTF-8",
      FAKE_LOG: join(folder, "log"),
      FAKE_EVENTS: join(__dirname, "../../../support/display/events/change.jsonl"),
      ...environment,
    },
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string }>((resolve) => {
    child.on("close", (code) => {
      resolve({ code, stdout });
    });
  });
  return { child, ended };
}

test("a log gets lines instead of events, and Pulumi's status", async () => {
  const { code, stdout } = await operate(["up", "--yes"], { FAKE_STATUS: "3" }).ended;
  expect(code).toBe(3);
  expect(stdout).toBe(
    readFileSync(join(__dirname, "../../../support/display/shown/change.txt"), "utf8"),
  );
  expect(log()).toEqual(["up --stack test --yes --json --color never", "streaming true"]);
});

test("half an event of a Pulumi that was killed is not shown, as it may hold secrets", async () => {
  const events = join(folder, "events");
  writeFileSync(
    events,
    'a word\n{"sequence":1,"diagnosticEvent":{"message":"privateKey,,,-----BEG',
  );
  const { stdout } = await operate(["preview"], { FAKE_EVENTS: events }).ended;
  expect(stdout).toBe("a word\n");
});

test.each([["--json"], ["--diff"], ["--non-interactive"], ["--color=always"], ["-j"]])(
  "who asks for a display of Pulumi's by %s gets it untouched",
  async (option) => {
    const { stdout } = await operate(["preview", option]).ended;
    expect(stdout).toBe(
      readFileSync(join(__dirname, "../../../support/display/events/change.jsonl"), "utf8"),
    );
    expect(log()[0]).toMatch(new RegExp(`^preview --stack test ${option}( --color never)?$`));
  },
);

test("what is no event is printed as it is", async () => {
  const events = join(folder, "events");
  const odd = ["error: the passphrase is wrong", '{"error":"no stack"}', "5"];
  writeFileSync(events, `${odd.join("\n")}\n`);
  const { stdout } = await operate(["up", "--yes"], { FAKE_EVENTS: events }).ended;
  expect(stdout.trimEnd().split("\n")).toEqual(odd);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s reaches Pulumi once, which is waited for",
  async (signal) => {
    const { child, ended } = operate(["up", "--yes"], { FAKE_WAIT: "1", FAKE_STATUS: "4" });
    while (!log().includes("waiting")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill(signal);
    expect((await ended).code).toBe(4);
    expect(log().filter((line) => line === signal)).toEqual([signal]);
  },
);
