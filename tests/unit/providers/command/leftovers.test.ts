import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Plugin } from "../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { many, running, stdoutOf, until } from "../../../support/command/helpers";

jest.setTimeout(90_000);

const command = "command:remote:Command";

// Also those of tests that failed.
afterAll(() => {
  Plugin.killAll();
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
