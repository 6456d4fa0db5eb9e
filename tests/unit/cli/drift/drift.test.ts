import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { esModules } from "../../../support/evaluate";

// Each starts programs, which take their time on a busy machine.
jest.setTimeout(120_000);

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-drift-"));
  symlinkSync(join(__dirname, "../../../support/display/fakePulumi"), join(folder, "pulumi"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const log = () => readFileSync(join(folder, "log"), "utf8").trim().split("\n");
const runs = () => log().filter((line) => /^(preview|up) /.test(line));
const urnOf = (name: string) =>
  `urn:pulumi:test::ipvs-lab::ipvs-lab:index:IpvsService$command:remote:Command::${name}`;
const program = "/var/lib/ipvs-lab/bin/ipvs-lab-0123456789ab";

/** The event of a Command whose text is updated. */
function updated(name: string, before: string, after: string, diffs = ["create"]) {
  const inputs = (create: string) => ({ custom: true, inputs: { create, stdin: "x" } });
  const states = { old: inputs(before), new: inputs(after) };
  const type = "command:remote:Command";
  return {
    resourcePreEvent: { metadata: { op: "update", urn: urnOf(name), type, diffs, ...states } },
  };
}

function said(name: string, severity: string, message: string) {
  return { diagnosticEvent: { urn: urnOf(name), severity, message, color: "never" } };
}

const weight = "real server 10.10.10.2:80 has weight 5, not 1: up sets it";
const create = (generation: string) =>
  `${program} --generation ${generation} service apply p/s/web 30`;
const drifted = [
  updated("web", create("new"), create(`'0123abcd it'\\''s weight'`)),
  said("web", "warning", `${weight}\n`),
];
const note = [
  said("web", "info", "real server 10.10.10.9:80 was added by somebody else; it stays"),
];
const changed = [updated("web", create("new"), create("new"), ["stdin"])];
const web = "command:remote:Command web";

/** What the next preview says. */
function previews(events: object[]): void {
  const numbered = events.map((event, i) =>
    JSON.stringify({ sequence: i, timestamp: 0, ...event }),
  );
  writeFileSync(join(folder, "events"), numbered.map((line) => `${line}\n`).join(""));
}

function watch(options: object, environment: Record<string, string> = {}) {
  writeFileSync(join(folder, "log"), "");
  const all = { stack: "test", folder, repair: false, json: false, ...options };
  const script = join(__dirname, "../../../support/drift/watch.mts");
  const started = spawn(process.execPath, [esModules, script, JSON.stringify(all)], {
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
      LC_ALL: "C.UTF-8",
      FAKE_LOG: join(folder, "log"),
      FAKE_EVENTS: join(folder, "events"),
      ...environment,
    },
  });
  child = started;
  const printed = { stdout: "", stderr: "" };
  started.stdout.on("data", (chunk: Buffer) => (printed.stdout += chunk.toString()));
  started.stderr.on("data", (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null } & typeof printed>((resolve) => {
    started.on("close", (code) => {
      resolve({ code, ...printed });
    });
  });
  return { started, ended, printed };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const withoutTime = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");

test.each<[what: string, events: object[], code: number, printed: string]>([
  ["nothing", [], 0, "✓ TIME stack test is as declared\n"],
  [
    "drift, in the preview's own words",
    drifted,
    2,
    `! TIME stack test differs from what is declared\n    + drift: web: ${weight}\n`,
  ],
  [
    "a change of the program",
    changed,
    2,
    "! TIME stack test differs from what is declared\n    + change: web: ~ update stdin\n",
  ],
  [
    "what up leaves as it is",
    note,
    0,
    "✓ TIME stack test is as declared\n    + note: web: real server 10.10.10.9:80 was added by somebody else; it stays\n",
  ],
  [
    "a machine that cannot be read",
    [
      said(
        "web",
        "warning",
        "lb1 cannot be looked at, so what is on it is taken to be as it was: timeout",
      ),
    ],
    1,
    "✗ TIME stack test could not be checked\n    + out of reach: web: lb1 cannot be looked at, so what is on it is taken to be as it was: timeout\n",
  ],
])("once: %s has its status", async (_, events, code, printed) => {
  previews(events);
  const { stdout, ...end } = await watch({}).ended;
  expect({ ...end, stdout: withoutTime(stdout) }).toEqual({ code, stdout: printed, stderr: "" });
  expect(runs()).toEqual(["preview --stack test --json --color never"]);
});

test("a Pulumi that fails without an event is quoted", async () => {
  writeFileSync(join(folder, "events"), "error: the passphrase is wrong\n");
  const { code, stdout } = await watch({}, { FAKE_STATUS: "255" }).ended;
  expect(code).toBe(1);
  expect(withoutTime(stdout)).toBe(
    "✗ TIME stack test could not be checked\n    + error: error: the passphrase is wrong\n",
  );
});

test("again and again: only what is new is said, and a signal ends it", async () => {
  previews([]);
  const { started, ended, printed } = watch({ every: 300, json: true });
  const lines = () => printed.stdout.trim().split("\n").filter(Boolean);
  await until(() => runs().length >= 3);
  expect(lines()).toHaveLength(1);
  previews([...drifted, ...note]);
  await until(() => lines().length === 2);
  previews(note);
  await until(() => lines().length === 3);
  started.kill("SIGTERM");
  const { code } = await ended;
  expect(code).toBe(0);
  const news = lines().map((line) => {
    const { time, ...others } = JSON.parse(line) as { time: string };
    expect(new Date(time).toISOString()).toBe(time);
    return others;
  });
  const [drift, left] = [
    { what: "drift", resource: web, text: weight },
    {
      what: "note",
      resource: web,
      text: "real server 10.10.10.9:80 was added by somebody else; it stays",
    },
  ];
  const common = { stack: "test", repaired: false };
  expect(news).toEqual([
    { ...common, outcome: "as declared", new: [], gone: [] },
    { ...common, outcome: "differs", new: [drift, left], gone: [] },
    { ...common, outcome: "as declared", new: [], gone: [drift] },
  ]);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s lets a preview that runs come to its end; a second one cancels it",
  async (signal) => {
    previews([]);
    const { started, ended, printed } = watch({ every: 60_000 }, { FAKE_WAIT: "1" });
    await until(() => log().includes("waiting"));
    started.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(started.exitCode).toBeNull();
    expect(log().filter((line) => line.startsWith("SIG"))).toEqual([]);
    started.kill(signal);
    expect((await ended).code).toBe(0);
    expect(log().filter((line) => line.startsWith("SIG"))).toEqual(["SIGINT"]);
    expect(printed.stdout).toContain("is as declared");
  },
);

test("drift is repaired with up, and that is said once", async () => {
  previews(drifted);
  const { code, stdout } = await watch({ repair: true }).ended;
  expect(code).toBe(0);
  expect(runs().map((line) => line.replace(/ --json.*/, ""))).toEqual([
    "preview --stack test",
    "up --yes --skip-preview --stack test",
  ]);
  expect(withoutTime(stdout)).toBe(
    `✓ TIME stack test had drifted and is repaired\n    + drift: web: ${weight}\n`,
  );
});

test("nothing is repaired while the program has changes of its own", async () => {
  previews([...drifted, updated("other", create("new"), create("new"), ["stdin"])]);
  const { code, stdout } = await watch({ repair: true }).ended;
  expect(code).toBe(2);
  expect(runs()).toHaveLength(1);
  expect(stdout).toContain("nothing is repaired, because the program has changes of its own");
});

test("another draining time or adopt is a change, although only the Command's text differs", async () => {
  previews([
    updated("web", create("new"), create("new").replace("service", "--adopt service")),
    updated("table", create("new"), create("new").replace(/30$/, "60"), ["create", "delete"]),
  ]);
  const { stdout } = await watch({}).ended;
  expect(stdout.match(/\+ change: /g)).toHaveLength(2);
});

test("a command gets the news as JSON; one that fails is named", async () => {
  const to = join(folder, "news");
  const exec = `cat >>${to}`;
  previews([]);
  expect(await watch({ exec }).ended).toEqual({ code: 0, stdout: "", stderr: "" });
  previews(drifted);
  expect((await watch({ exec }).ended).code).toBe(2);
  expect(JSON.parse(readFileSync(to, "utf8"))).toMatchObject({
    ...{ outcome: "differs", new: [{ what: "drift", resource: web, text: weight }] },
  });
  const failing = await watch({ exec: "exit 3" }).ended;
  expect(failing).toEqual({ code: 1, stdout: "", stderr: "! --exec: exit 3 failed (3)\n" });
});
