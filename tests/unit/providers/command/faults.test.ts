import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Plugin, type Properties } from "../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { listen, many, running, stdoutOf, until } from "../../../support/command/helpers";

jest.setTimeout(90_000);

const command = "command:remote:Command";

// Also those of tests that failed.
afterAll(() => {
  Plugin.killAll();
});

describe("the kept engine under bad conditions", () => {
  const sshd = new Sshd();
  let plugin: Plugin;

  beforeAll(async () => {
    await sshd.start();
    plugin = await Plugin.start("kept");
  });
  afterEach(async () => {
    // Whatever went wrong: one connection is kept, and none is left behind.
    await until(() => sshd.connections() <= 1, "one connection");
    plugin.log.splice(0);
  });
  afterAll(async () => {
    await plugin.stop();
    await sshd.end();
  });

  function run(create: string, login: Properties = {}, more: Properties = {}) {
    const defaults = { dialErrorLimit: 1, perDialTimeout: 5 };
    const connection = { ...sshd.login, ...defaults, ...login };
    return plugin.create(command, { connection, create, ...more });
  }

  test("thirty commands at once share one login", async () => {
    const before = sshd.logins;
    const made = await Promise.all(many(30, (i) => run(`echo ${i}`)));
    expect(made.map(stdoutOf)).toEqual(many(30, String));
    expect(sshd.logins - before).toBeLessThanOrEqual(1);
  });

  test("200 commands at once all run, over few connections", async () => {
    const before = sshd.logins;
    const made = await Promise.all(many(200, (i) => run(`echo ${i}`)));
    expect(made.map(stdoutOf)).toEqual(many(200, String));
    expect(sshd.logins - before).toBeLessThanOrEqual(2);
  });

  test("a host that takes connections and never answers is given up", async () => {
    const silent = await listen(() => undefined);
    const { error } = await run("true", {
      port: silent.port,
      perDialTimeout: 1,
      dialErrorLimit: 0,
    });
    silent.close();
    expect(error).toBe(
      "2: after 0 failed attempts: ssh: handshake failed: no answer within 1 seconds",
    );
  });

  test("a host that hangs up at once is tried again, as often as it may be", async () => {
    const rude = await listen((socket) => {
      socket.destroy();
    });
    const { error } = await run("true", { port: rude.port, dialErrorLimit: 2 });
    rude.close();
    expect(error).toMatch(/^2: after 2 failed attempts: ssh: handshake failed: /);
    expect(rude.count()).toBe(3);
  });

  test("a host that comes up later is waited for", async () => {
    const late = new Sshd();
    late.port = (await listen(() => undefined)).close();
    const login = { ...late.login, dialErrorLimit: -1 };
    const made = run("echo here", login);
    await sleep(500);
    await late.start();
    expect(stdoutOf(await made)).toBe("here");
    await late.end();
  });

  test("a changed host key is refused, also where a connection with the right one is there", async () => {
    await run("true");
    const { error } = await run("echo never", { hostKey: sshd.otherHostKey });
    expect(error).toContain("host key mismatch");
  });

  test("a login that nothing vouches for is told once", async () => {
    await run("true", { hostKey: null });
    await run("true", { hostKey: null });
    const told = plugin.log.filter((line) => line.startsWith("WARNING"));
    expect(told).toEqual([
      expect.stringMatching(
        /host key of .* is taken as it comes \(ssh-ed25519 SHA256:.*set hostKey/,
      ),
    ]);
    // That one is another login than the rest, and its connection is not for them.
    sshd.cut();
  });

  test("a connection that is cut in the middle of a command is an error, and the next command works", async () => {
    const cut = run("echo begun; sleep 60");
    await until(() => plugin.log.includes("[INFO: begun]"), "the command to begin");
    sshd.cut();
    expect((await cut).error).toBe(
      '2: wait: remote command exited without exit status or exit signal: running "echo begun; sleep 60":\nbegun\n',
    );
    expect(stdoutOf(await run("echo next"))).toBe("next");
  });

  test("a connection that was cut while nothing ran is made anew without a word", async () => {
    await run("true");
    sshd.cut();
    const made = await Promise.all(many(5, (i) => run(`echo ${i}`)));
    expect(made.map(stdoutOf)).toEqual(many(5, String));
  });

  test("100 MB of output are kept and shown without trouble", async () => {
    const made = await run("yes 0123456789abcde | head -c 100000000");
    expect(stdoutOf(made)).toHaveLength(99_999_999);
  });

  test("100 MB in one line are no trouble either", async () => {
    const made = await run("head -c 100000000 /dev/zero | tr '\\0' x");
    expect(stdoutOf(made)).toHaveLength(100_000_000);
  });

  test("a command that fails after much output is shown with both ends of it", async () => {
    const { error } = await run("echo first; seq 200000; echo last; exit 1");
    expect(error).toMatch(/^2: Process exited with status 1: running [^\n]*:\nfirst\n1\n2\n/);
    expect(error).toMatch(/left out …\n[\s\S]*\n200000\nlast\n$/);
    expect(error?.length).toBeLessThan(20_000);
  });

  test("a command that is too long for SSH is refused and disturbs nobody", async () => {
    const other = run("sleep 1; echo undisturbed");
    const { error } = await run(`: ${"x".repeat(300_000)}`);
    expect(error).toMatch(/^2: the command is 300002 bytes long/);
    expect(stdoutOf(await other)).toBe("undisturbed");
  });

  test("earlier output that is too long for a variable is left out with a warning", async () => {
    const inputs = { connection: sshd.login, update: "echo ${#PULUMI_COMMAND_STDOUT}" };
    const old = { ...inputs, stdout: "x".repeat(300_000), stderr: "" };
    const made = await plugin.update(command, old, inputs);
    expect(stdoutOf(made)).toBe("0");
    expect(plugin.log[0]).toMatch(/^WARNING: Unable to set 'PULUMI_COMMAND_STDOUT'/);
  });

  test("commands that wait for a later one do not keep it from starting", async () => {
    const flag = join(sshd.folder, "flag");
    rmSync(flag, { force: true });
    const waiting = many(12, () => run(`until [ -e ${flag} ]; do sleep 0.1; done; echo done`));
    await sleep(200);
    const made = await Promise.all([...waiting, run(`touch ${flag}; echo done`)]);
    expect(made.map(stdoutOf)).toEqual(many(13, () => "done"));
    sshd.cut();
  });

  test("a command that is ended by its timeout is ended on the machine as well", async () => {
    const file = join(sshd.folder, "pid");
    const { error } = await plugin.create(
      command,
      { connection: sshd.anotherLogin, create: `echo $$ >${file}; exec sleep 300` },
      { timeout: 1 },
    );
    expect(error).toMatch(/^4: context deadline exceeded/);
    await until(() => !running(Number(readFileSync(file, "utf8"))), "the command to end");
    sshd.cut();
  });

  test("a command that cannot be ended on the machine is not waited for", async () => {
    const create = "trap '' TERM; echo begun; sleep 8; sleep 8";
    const { error } = await plugin.create(
      command,
      { connection: sshd.login, create },
      { timeout: 1 },
    );
    expect(error).toMatch(/^4: context deadline exceeded: running [^\n]*:\nbegun\n$/);
    sshd.cut();
  });
});
