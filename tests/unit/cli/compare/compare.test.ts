import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esModules } from "../../../support/evaluate";

const root = join(__dirname, "../../../..");
let folder: string;

/**
 * Two members in turns, the first of them the redirection's too; what they are stands in files. `out` is 0, or how often
 * a keepalived looks until the first is back in the service.
 */
const tool = `#!/bin/sh
cd "$(dirname "$0")/.."
read -r unit <unit; read -r weight <weight; read -r out <out
balanced() {
  read -r turn <turn; turn=$((1 - turn)); [ "$weight" != 0 ] || turn=1; [ "$out" = 0 ] || turn=1
  echo $turn >turn; read -r n <sent$turn; echo $((n + 1)) >sent$turn
}
answer() {
  if [ $turn = 0 ] && [ "$unit" = stopped ]; then
    printf "\\n$token 000 Failed to connect after 3 ms: Couldn't connect\\n"
  else
    printf "page $turn\\nmore\\n\\n$token 200 \\n"
  fi
}
case "\${0##*/} $*" in
  "ipvsadm -e "*)
    [ "$out" = 0 ] || {
      [ "$unit" = stopped ] || echo $((out - 1)) >out
      echo "No such destination"; exit 255
    } ;;
esac
case "\${0##*/} $*" in
  "systemctl -q is-active"*) [ "$unit" = runs ] ;;
  "systemctl stop ipvs-lab-one") echo stopped >unit; [ ! -e keepalived ] || echo 2 >out ;;
  "systemctl start ipvs-lab-one") [ ! -e broken ] && echo runs >unit ;;
  "ipvsadm -Sn") echo "-A -t vip:80 -s rr"; [ "$out" != 0 ] || echo "-a -t vip:80 -r one:80 -m -w $weight"; echo "-a -t vip:80 -r two:80 -m -w 1" ;;
  "ipvsadm -Ln --thresholds") echo "TCP  vip:80 rr"; echo "  -> one:80  100 50 0 0"; echo "  -> two:80  0 0 0 0" ;;
  "ipvsadm -Ln --stats --exact -t vip:80") printf '  -> one:80  %s 9 9 9 9\\n  -> two:80  %s 9 9 9 9\\n' "$(cat sent0)" "$(cat sent1)" ;;
  "ipvsadm -e -t vip:80 -r one:80 -m -w 0 -x 100 -y 50") echo 0 >weight ;;
  "ipvsadm -e -t vip:80 -r one:80 -m -w 1 -x 100 -y 50") echo 1 >weight ;;
  "curl -q -s --noproxy * -o /dev/null"*) [ "$unit" = runs ] || exit 7 ;;
  "curl -q -s --noproxy * "*" -w "*)
    while [ $# -gt 1 ]; do [ "$1" != -w ] || token=$(echo "$2" | awk 'NF { print $1 }'); shift; done
    for i in 1 2 3 4; do
      case $1 in "http://vip:80/#[1-4]") balanced ;; *) turn=0 ;; esac
      answer
    done ;;
  *) echo "unexpected: $0 $*"; exit 1 ;;
esac
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs lab's "));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "tool"), tool);
  chmodSync(join(folder, "tool"), 0o755);
  for (const name of ["systemctl", "ipvsadm", "curl"]) {
    symlinkSync("../tool", join(folder, "bin", name));
  }
  for (const [name, text] of Object.entries({
    unit: "runs",
    weight: 1,
    out: 0,
    turn: 1,
    sent0: 7,
    sent1: 0,
  })) {
    writeFileSync(join(folder, name), `${text}\n`);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const is = (name: string) => readFileSync(join(folder, name), "utf8").trim();

/** Compares on this computer; \`during\` is done when a phase begins. */
function compare(during = "") {
  const script = join(folder, "script.mts");
  const way = `{ machine: "here", file: "sh", args: ["-s"] }`;
  writeFileSync(
    script,
    `import { Comparison } from "${root}/cli/compare/phases.ts";
     import { explanation, table } from "${root}/cli/compare/report.ts";
     import { runAndUndo } from "${root}/cli/compare/undoable.ts";
     const member = (name, i) => ({ name, address: name, port: 80, answer: "page " + i });
     const comparison = new Comparison(
       {
         balanced: { url: "http://vip:80/", members: ["one", "two"].map(member) },
         redirected: { url: "http://other:80/", target: { name: "one", unit: "ipvs-lab-one", address: "one", port: 80 } },
         requests: 4,
         rate: 100,
         repair: "npm run up -- --stack pair",
       },
       { client: ${way}, director: ${way}, backend: ${way} },
       (phase) => { ${during} },
     );
     try {
       const phases = await runAndUndo(comparison);
       console.log(JSON.stringify({ phases, shown: table(phases, ["vip", "other"]) + explanation(phases, "one") }));
     } catch (error) {
       console.log(error.message);
     }`,
  );
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  return spawnSync(process.execPath, [esModules, script], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
}

/** What is put back by a machine on its own takes a moment. */
function settled(name: string, value: string): boolean {
  for (let i = 0; i < 50 && is(name) !== value; i++) {
    execFileSync("sleep", ["0.1"]);
  }
  return is(name) === value;
}

test("both are asked in four phases; a failure is counted at the backend that the kernel sent it to", () => {
  const { stdout, stderr } = compare();
  expect(stderr).toBe("");
  const { phases, shown } = JSON.parse(stdout) as { phases: object[]; shown: string };
  const [both, refused] = [{ one: 2, two: 2 }, { "Failed to connect: Couldn't connect": 2 }];
  const fine = { answered: { one: 4 }, failed: {}, errors: {} };
  const dead = {
    answered: {},
    failed: { one: 4 },
    errors: { "Failed to connect: Couldn't connect": 4 },
  };
  const balanced = (answered: object) => ({ answered, failed: {}, errors: {} });
  expect(phases).toEqual([
    { phase: "all backends run", balanced: balanced(both), redirected: fine },
    {
      phase: "one is stopped",
      balanced: { answered: { two: 2 }, failed: { one: 2 }, errors: refused },
      redirected: dead,
    },
    { phase: "one has weight 0", balanced: balanced({ two: 4 }), redirected: dead },
    { phase: "one is back", balanced: balanced(both), redirected: fine },
  ]);
  expect(shown).toContain("one is stopped    two 2         one 2   none      one 4\n");
  expect(shown).toContain("while one was stopped and had its weight, 2 requests failed");
  expect([is("unit"), is("weight")]).toEqual(["runs", "1"]);
}, 60_000);

test("a backend that keepalived takes out and puts back is waited for", () => {
  writeFileSync(join(folder, "keepalived"), "");
  const { stdout } = compare();
  const { phases } = JSON.parse(stdout) as { phases: { phase: string }[] };
  expect(phases.map(({ phase }) => phase)).toEqual([
    ...["all backends run", "one is stopped", "one has been taken out", "one is back"],
  ]);
  expect(phases[2]).toMatchObject({ balanced: { answered: { two: 4 }, failed: {} } });
  expect(phases[3]).toMatchObject({ balanced: { answered: { one: 2, two: 2 }, failed: {} } });
  expect([is("unit"), is("out"), is("weight")]).toEqual(["runs", "0", "1"]);
}, 60_000);

test.each(["SIGINT", "SIGTERM", "SIGKILL"])(
  "%s in the middle: the backend runs again, and has its weight and its thresholds",
  (signal) => {
    const { stdout } = compare(
      `if (phase === "one has weight 0") { process.kill(process.pid, "${signal}"); }`,
    );
    expect(stdout).toBe(signal === "SIGKILL" ? "" : "interrupted; everything is as it was\n");
    const isBack = settled("unit", "runs") && settled("weight", "1");
    expect(isBack).toBe(true);
  },
  60_000,
);

test("a failure in the middle puts everything back, and is said", () => {
  const { stdout } = compare(
    `if (phase === "one has weight 0") { throw new Error("no more paper"); }`,
  );
  expect(stdout).toBe("no more paper\n");
  expect([is("unit"), is("weight")]).toEqual(["runs", "1"]);
}, 60_000);

test("what could not be put back is said", () => {
  writeFileSync(join(folder, "broken"), "");
  const { stdout } = compare(
    `if (phase === "one is stopped") { throw new Error("no more paper"); }`,
  );
  expect(stdout).toContain(
    "here may not be as it was: `npm run up -- --stack pair` puts that right",
  );
}, 60_000);

test("nothing is touched where the backend does not run anyway", () => {
  writeFileSync(join(folder, "unit"), "stopped\n");
  const { stdout } = compare();
  expect(stdout).toBe("here: ipvs-lab-one does not run: `npm run up -- --stack pair` starts it\n");
  expect(is("unit")).toBe("stopped");
}, 60_000);
