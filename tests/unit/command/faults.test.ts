import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Plugin, type Answer, type Properties } from "./plugin";
import { Sshd } from "./sshd";

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

describe("what an engine leaves behind", () => {
  const sshd = new Sshd();
  beforeAll(() => sshd.start());
  afterAll(() => sshd.end());

  test("Cancel ends commands that never end, the queue behind them, and all connections", async () => {
    const plugin = await Plugin.start("kept");
    const file = join(sshd.folder, "pid");
    const connection = sshd.anotherLogin;
    const stuck = many(12, (i) =>
      plugin.create(command, { connection, create: `echo $$ >${file}${i}; exec sleep 300` }),
    );
    await until(() => existsSync(`${file}7`), "the commands to begin");
    await sleep(200);
    await plugin.cancel();
    for (const { error } of await Promise.all(stuck)) {
      expect(error).toMatch(/^1: context canceled/);
    }
    await until(() => sshd.connections() === 0, "no connection");
    await until(() => !running(Number(readFileSync(`${file}0`, "utf8"))), "the command to end");
    const { error } = await plugin.create(command, { connection, create: "true" });
    expect(error).toBe("1: context canceled");
    plugin.kill();
  });

  test("a killed engine leaves no connection", async () => {
    const plugin = await Plugin.start("kept");
    await plugin.create(command, { connection: sshd.login, create: "true" });
    expect(sshd.connections()).toBe(1);
    plugin.kill();
    await until(() => sshd.connections() === 0, "no connection");
  });

  test("a server that allows two sessions gets all commands all the same", async () => {
    const narrow = await new Sshd(["MaxSessions 2"]).start();
    const plugin = await Plugin.start("kept");
    const made = await Promise.all(
      many(40, (i) => plugin.create(command, { connection: narrow.login, create: `echo ${i}` })),
    );
    expect(made.map(stdoutOf)).toEqual(many(40, String));
    await plugin.stop();
    await narrow.end();
  });

  test("a server that allows no session is an error", async () => {
    const closed = await new Sshd(["MaxSessions 0"]).start();
    const plugin = await Plugin.start("kept");
    const { error } = await plugin.create(command, { connection: closed.login, create: "true" });
    expect(error).toMatch(/^2: ssh: rejected: /);
    await plugin.stop();
    await closed.end();
  });

  test("the handshakes of many users come one after the other", async () => {
    const shy = await new Sshd(["MaxStartups 2"]).start();
    const plugin = await Plugin.start("kept");
    const made = await Promise.all(
      many(60, () => plugin.create(command, { connection: shy.login, create: "true" })),
    );
    expect(made.map(({ error }) => error)).toEqual(many(60, () => undefined));
    await plugin.stop();
    await shy.end();
  });
});

describe("ways to log in", () => {
  const sshd = new Sshd();
  const bastion = new Sshd();
  let plugin: Plugin;
  beforeAll(async () => {
    await sshd.start();
    await bastion.start();
    plugin = await Plugin.start("kept");
  });
  afterAll(async () => {
    await plugin.stop();
    await sshd.end();
    await bastion.end();
  });

  async function stdoutWith(connection: Properties): Promise<unknown> {
    const answer = await plugin.create(command, { connection, create: "echo $SSH_CONNECTION" });
    return answer.error ?? stdoutOf(answer);
  }

  test.each([
    ["ed25519", ["-t", "ed25519"]],
    ["RSA", ["-t", "rsa", "-b", "2048"]],
    ["RSA in PEM", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
    ["ECDSA", ["-t", "ecdsa"]],
  ])("a key of the kind %s, with a passphrase", async (_kind, options) => {
    const privateKey = sshd.makeKey("another", "open sesame", ...options);
    sshd.allow("another");
    const given = { ...sshd.login, privateKey, privateKeyPassword: "open sesame" };
    expect(await stdoutWith(given)).toMatch(/^127\.0\.0\.1 /);
  });

  test("through a proxy, whose connection is kept as well", async () => {
    const proxy = bastion.login;
    const before = bastion.logins;
    await stdoutWith({ ...sshd.login, proxy });
    expect(await stdoutWith({ ...sshd.login, proxy })).toMatch(/^127\.0\.0\.1 /);
    expect(bastion.logins - before).toBe(1);
  });

  test("through a proxy with another host key", async () => {
    const proxy = { ...bastion.login, hostKey: bastion.otherHostKey };
    expect(await stdoutWith({ ...sshd.login, proxy })).toMatch(
      /^2: proxy: after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch/,
    );
  });

  test("a machine that its proxy cannot reach", async () => {
    const proxy = bastion.login;
    expect(await stdoutWith({ ...sshd.login, port: 1, dialErrorLimit: 0, proxy })).toMatch(
      /^2: proxy: after 0 failed attempts: ssh: rejected: connect failed \(Connection refused\)$/,
    );
  });

  test("with the keys of an agent", async () => {
    const socket = sshd.startAgent();
    const { host, port, user, hostKey } = sshd.login;
    const given = { host, port, user, hostKey, agentSocketPath: socket };
    expect(await stdoutWith(given)).toMatch(/^127\.0\.0\.1 /);
  });
});

function many<T>(count: number, one: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => one(i));
}

async function until(is: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!is()) {
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}`);
    }
    await sleep(20);
  }
}

function stdoutOf({ properties }: Answer): unknown {
  return properties?.stdout;
}

function running(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** A server on 127.0.0.1 that knows no SSH. */
async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let count = 0;
  const server: Server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
    return port;
  };
  return { port, close, count: () => count };
}
