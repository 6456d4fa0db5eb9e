import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Plugin } from "../../../tools/bench/engines/plugin";
import { Sshd } from "../../../tools/bench/engines/sshd";
import { listen, stdoutOf } from "../../support/command/helpers";

jest.setTimeout(60_000);

const sshd = new Sshd(["LogLevel VERBOSE"]);
let plugin: Plugin;
beforeAll(async () => {
  await sshd.start();
  plugin = await Plugin.start("kept");
});
afterAll(async () => {
  await plugin.stop();
  await sshd.end();
});

const run = (connection: object) =>
  plugin.create("command:remote:Command", { connection, create: "echo here" });
/** How many keys the server has turned away. */
const refusals = () => sshd.log.match(/^Failed publickey /gm)?.length ?? 0;

test("review 18: a refused key is tried once, whatever the limit of attempts is", async () => {
  for (const dialErrorLimit of [10, -1]) {
    const before = refusals();
    const privateKey = sshd.makeKey("strange");
    const { error } = await run({ ...sshd.login, privateKey, dialErrorLimit });
    expect(error).toMatch(
      /^2: after 1 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods \[none publickey\]/,
    );
    expect(refusals() - before).toBe(1);
  }
});

test("review 18: a key that a proxy refuses is tried once there", async () => {
  const proxy = { ...sshd.login, privateKey: sshd.makeKey("strange"), dialErrorLimit: 10 };
  const before = refusals();
  const { error } = await run({ ...sshd.login, proxy });
  expect(error).toMatch(/^2: proxy: after 1 failed attempts: .*unable to authenticate/);
  expect(refusals() - before).toBe(1);
});

test("review 18: commands that wait together for one login have it refused once", async () => {
  const before = refusals();
  const privateKey = sshd.makeKey("strange");
  const made = await Promise.all([1, 2, 3].map(() => run({ ...sshd.login, privateKey })));
  expect(made.map(({ error }) => error)).toEqual(
    Array(3).fill(expect.stringContaining("unable to authenticate")),
  );
  expect(refusals() - before).toBe(1);
});

test("review 18: a machine that boots is waited for, while it refuses connections or hangs up", async () => {
  const late = new Sshd();
  const rude = await listen((socket) => {
    socket.destroy();
  });
  late.port = rude.port;
  const made = run({ ...late.login, dialErrorLimit: -1 });
  await sleep(700);
  rude.close();
  await sleep(700);
  await late.start();
  expect(stdoutOf(await made)).toBe("here");
  expect(rude.count()).toBeGreaterThan(0);
  await late.end();
});
