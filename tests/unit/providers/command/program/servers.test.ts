import { chmodSync, copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { spec } from "../../../../../components/host/kernel";
import { shellQuote } from "../../../../../components/host/quoting";
import { Plugin, type Answer } from "../../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../../tools/bench/engines/sshd";
import { many, until } from "../../../../support/command/helpers";
import { ScriptMachine } from "../../../../support/shell/scriptMachine";

jest.setTimeout(60_000);

const engine = join(__dirname, "../../../../support/command/elsewhere");
const name = "ipvs-lab-0123456789ab";
const nat = spec({ vip: "10.10.10.100", network: "10.10.10.0/24" });
/** It makes a command another one than servers run. */
const alone = { environment: { GREETING: "x" } };

let sshd: Sshd;
let machine: ScriptMachine;
let plugin: Plugin;
beforeEach(async () => {
  sshd = await new Sshd(["LogLevel VERBOSE"]).start();
  machine = new ScriptMachine();
  put(machine.program);
  plugin = await Plugin.start("kept", { PROGRAM_FOLDER: machine.folder }, engine);
});
afterEach(async () => {
  plugin.kill();
  await sshd.end();
  machine.close();
});
// Also those of tests that failed.
afterAll(() => {
  Plugin.killAll();
});

/** Puts a program in the place of the one that is called. */
function put(file: string): void {
  copyFileSync(file, join(machine.folder, name));
  chmodSync(join(machine.folder, name), 0o755);
}

/** The same with another text. */
function putText(text: string): void {
  machine.file("../other", text);
  put(join(machine.folder, "other"));
}

/** The program, whose addresses of source NAT are made by other lines than its own. */
function putApply(lines: string): void {
  const text = readFileSync(machine.program, "utf8");
  const own = `\nnat_apply() {\nT=${machine.folder}\n${lines}\n}\nSELF=$0`;
  putText(text.replace("\nSELF=$0", () => own));
}

/** The number of channels in which something was started. */
function channels(): number {
  return sshd.log.match(/^Starting session: /gm)?.length ?? 0;
}

/** A command line for the program. */
function line(...words: string[]): string {
  return [join(machine.folder, name), ...words].map(shellQuote).join(" ");
}

/** Runs a command as one of a resource. Returns what the state would have, or the error. */
async function run(
  create: string,
  stdin: string,
  { timeout = 0, ...more }: { timeout?: number; environment?: object } = {},
) {
  const inputs = { connection: sshd.anotherLogin, create, stdin, addPreviousOutputInEnv: false };
  const type = "command:remote:Command";
  const answer: Answer = await plugin.create(type, { ...inputs, ...more }, { timeout });
  const { properties, error } = answer;
  return { stdout: properties?.stdout, stderr: properties?.stderr, error };
}

function apply(owner: string, stdin: string, options?: Parameters<typeof run>[2]) {
  const words = ["--generation", "it's new!", "--adopt", "nat", "apply", owner];
  return run(line(...words), stdin, options);
}

/** Waits until a line of output is shown. */
function shows(text: string): Promise<void> {
  return until(() => plugin.log.includes(`[INFO: ${text}]`), text);
}

test("calls share one process, and print what they would in a channel each", async () => {
  const made = await Promise.all(many(8, () => apply("p/s/n", nat)));
  expect(made.map(({ error }) => error)).toEqual(many(8, () => undefined));
  expect(channels()).toBe(1);
  expect(machine.text("run/ipvs-lab/nat/10.10.10.100")).toContain("generation it's new!\n");
  const other = await run(line("nat", "remove", "p/s/n"), nat, alone);
  expect(other.stdout).toContain("+ sysctl");
  expect(channels()).toBe(2);
  await apply("p/s/n", nat);
  expect(await run(line("nat", "remove", "p/s/n"), nat)).toEqual(other);
});

test("calls run in the order in which they came", async () => {
  const ended: number[] = [];
  await Promise.all(
    many(5, async (i) => {
      await apply(`p/s/n${i}`, nat.replace("100", `10${i}`));
      ended.push(i);
    }),
  );
  expect(ended).toEqual(many(5, (i) => i));
  expect(channels()).toBe(1);
});

test("a failure has the status, the words and the command, as in a channel of its own", async () => {
  machine.tool("nft", "echo out; echo err >&2; exit 3");
  const { error } = await apply("p/s/n", nat);
  expect(error).toBe((await apply("p/s/n", nat, alone)).error);
  expect(error).toMatch(
    /^2: Process exited with status 3: running ".* nat apply p\/s\/n":\n[^]*err\n/,
  );
  expect((await apply("p/s/n", "what x\n")).error).toContain('unknown setting "what" for nat\n');
  expect(channels()).toBe(2);
});

test("output is shown while the call runs", async () => {
  putApply('echo first; until [ -e "$T/go" ]; do /bin/sleep 0.05; done; echo second');
  const made = apply("p/s/n", nat);
  await shows("first");
  expect(plugin.log).not.toContain("[INFO: second]");
  machine.file("../go", "");
  expect((await made).stdout).toBe("first\nsecond");
});

test("output without a line end, and long output, stay as they are", async () => {
  putApply(`printf '1 0\\n%s 0' "$(head -c 50000 /dev/zero | tr '\\0' x)"`);
  const served = await apply("p/s/n", nat);
  expect(served.stdout).toMatch(/1 0\nx{50000} 0/);
  expect(served).toEqual(await apply("p/s/n", nat, alone));
});

test("a call that is stopped is ended on the machine, one that waits is not begun, and the next one runs", async () => {
  putApply(
    'trap \'echo >"$T/down"\' EXIT; echo "$OWNER" >>"$T/ran"; [ "$OWNER" != p/s/slow ] || { echo begun; /bin/sleep 3; }',
  );
  const slow = apply("p/s/slow", nat, { timeout: 2 });
  await shows("begun");
  const next = apply("p/s/next", nat.replace("100", "101"));
  const never = apply("p/s/never", nat.replace("100", "102"), { timeout: 1 });
  expect((await never).error).toBe("4: context deadline exceeded");
  expect((await slow).error).toMatch(
    /^4: context deadline exceeded: running ".* p\/s\/slow":\n[^]*begun\n/,
  );
  expect((await next).error).toBeUndefined();
  expect(machine.text("../ran")).toBe("p/s/slow\np/s/next\n");
  expect(machine.exists("../down")).toBe(true);
  expect(channels()).toBe(2);
});

test("Cancel ends the call that runs, those that wait, and the server", async () => {
  putApply("echo begun; /bin/sleep 20");
  const stuck = many(3, () => apply("p/s/n", nat));
  await shows("begun");
  await plugin.cancel();
  for (const { error } of await Promise.all(stuck)) {
    expect(error).toMatch(/^1: context canceled/);
  }
  await until(() => sshd.connections() === 0 && serving() === 0, "the end of all");
});

test("a connection that is cut in the middle of a call is an error, nothing runs twice, and the next call works", async () => {
  putApply('echo "$OWNER" >>"$T/ran"; [ "$OWNER" != p/s/cut ] || { echo begun; /bin/sleep 5; }');
  const cut = apply("p/s/cut", nat);
  await shows("begun");
  const waiting = apply("p/s/waiting", nat);
  sshd.cut();
  expect((await cut).error).toMatch(
    /^2: wait: remote command exited without exit status or exit signal: running ".*":\nbegun\n$/,
  );
  expect(await waiting).toMatchObject({ stderr: "", error: undefined });
  expect(machine.text("../ran")).toBe("p/s/cut\np/s/waiting\n");
});

test("a connection that was cut while nothing ran is made anew without a word", async () => {
  await apply("p/s/n", nat);
  sshd.cut();
  expect(await apply("p/s/n", nat)).toMatchObject({ stderr: "", error: undefined });
});

test("a server that is killed in the middle of a call is that call's failure alone", async () => {
  putApply('[ "$OWNER" != p/s/killed ] || { kill -9 $$; /bin/sleep 1; }');
  expect((await apply("p/s/killed", nat)).error).toMatch(/^2: Process exited with status 137/);
  expect((await apply("p/s/n", nat)).error).toBeUndefined();
  expect(channels()).toBe(2);
});

test("a program without the verb gets a channel for each call", async () => {
  putText(readFileSync(machine.program, "utf8").replace("observe | serve)", "observe)"));
  for (let i = 0; i < 3; i++) {
    expect(await apply("p/s/n", nat)).toMatchObject({ stderr: "", error: undefined });
  }
  // One that found out.
  expect(channels()).toBe(4);
});

test("a program that answers something else has no server", async () => {
  putText('#!/bin/sh\n[ "$1" != serve ] || { echo hello; exit 0; }\necho "$# $*"\n');
  const { stdout } = await apply("p/s/n", nat);
  expect(stdout).toBe("6 --generation it's new! --adopt nat apply p/s/n");
});

test("a preview starts nothing", async () => {
  const inputs = { connection: sshd.anotherLogin, create: line("nat", "remove", "p/s/n") };
  await plugin.create("command:remote:Command", inputs, { preview: true });
  expect(channels()).toBe(0);
});

test.each([
  ["a kind that lets others run meanwhile", ["keepalivedservice", "remove", "p/s/n"], ""],
  ["a reading", ["table", "read", "p/s/n"], ""],
  ["the program itself", ["host", "uninstall"], ""],
  ["a word with a line end", ["nat", "remove", "p/s/n", "a\nb"], ""],
  ["a long input", ["nat", "remove", "p/s/n"], "vip 10.10.10.100\n".repeat(1000)],
  ["a zero byte", ["nat", "remove", "p/s/n"], "vip 1\0\n"],
])("%s has a channel of its own", async (_what, words, stdin) => {
  putText('#!/bin/sh\necho "$*"; cat | wc -c\n');
  const { stdout } = await run(line(...words), stdin);
  expect(stdout).toBe(`${words.join(" ")}\n${Buffer.byteLength(stdin)}`);
  expect(channels()).toBe(1);
});

test.each([
  " nat remove p/s/n; true",
  " 'nat' remove p/s/n",
  "  nat remove p/s/n",
  "x nat remove p/s/n",
])("a line that is not made of our words has a channel of its own: %s", async (rest) => {
  putText("#!/bin/sh\n");
  await run(`${line()}${rest}`, "");
  expect(channels()).toBe(1);
});

test("a server without calls ends, with its process on the machine, and the next call starts another", async () => {
  await apply("p/s/n", nat);
  expect(serving()).toBe(1);
  await until(() => serving() === 0, "its end");
  await apply("p/s/n", nat);
  expect([channels(), serving()]).toEqual([2, 1]);
  plugin.kill();
  await until(() => serving() === 0, "its end");
});

/** The number of servers on the machine: a process each while no call runs. */
function serving(): number {
  const commandLines = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
  return commandLines.filter((words) => words.startsWith(`/bin/sh ${line("serve")}`)).length;
}
