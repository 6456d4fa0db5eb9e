import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Plugin } from "../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { stdoutOf } from "../../../support/command/helpers";
import { secret } from "../../../support/command/values";

const machine = new Sshd();
const bastion = new Sshd();
let plugin: Plugin;
beforeAll(async () => {
  await machine.start();
  await bastion.start();
  plugin = await Plugin.start("kept");
});
afterAll(async () => {
  await plugin.stop();
  await machine.end();
  await bastion.end();
});

const asked = (connection: object, command: string) =>
  plugin.invoke("command:remote:ask", { connection, command });

test("a command's output and status come back whole, and nothing is shown", async () => {
  const before = plugin.log.length;
  const { properties } = await asked(machine.login, "echo out; echo err >&2; exit 3");
  expect(properties).toEqual({ status: 3, stdout: "out", stderr: "err" });
  expect(plugin.log.slice(before)).toEqual([]);
});

test("a Command uses the connection over which was asked, whatever limits it has", async () => {
  await asked(machine.login, "true");
  const before = machine.logins;
  const connection = {
    ...machine.login,
    dialErrorLimit: 3,
    privateKey: secret(machine.privateKey),
  };
  const made = await plugin.create("command:remote:Command", { connection, create: "echo did" });
  expect(stdoutOf(made)).toBe("did");
  expect(machine.logins).toBe(before);
});

test("a machine that cannot be reached is an answer, after one attempt", async () => {
  const { properties } = await asked({ ...machine.login, port: 1 }, "true");
  const why = "dial tcp 127.0.0.1:1: connect: connection refused";
  expect(properties).toEqual({ unreachable: { why, atProxy: false } });
});

test("a proxy that cannot connect further is named as the place", async () => {
  const { properties } = await asked({ ...machine.login, port: 1, proxy: bastion.login }, "true");
  const why = expect.stringContaining("ssh: rejected: connect failed");
  expect(properties).toEqual({ unreachable: { why, atProxy: true } });
});

test("another host key is shown, with where it was: at the machine or on the way", async () => {
  const shownKey = expect.stringMatching(/^ssh-ed25519 SHA256:\S{43}$/);
  const wrong = { ...machine.login, hostKey: machine.otherHostKey };
  expect(await asked({ ...wrong, proxy: bastion.login }, "true")).toMatchObject({
    properties: { unreachable: { atProxy: false, shownKey } },
  });
  const proxy = { ...bastion.login, hostKey: bastion.otherHostKey };
  expect(await asked({ ...machine.login, proxy }, "true")).toMatchObject({
    properties: { unreachable: { atProxy: true, shownKey } },
  });
});

test("who asks nothing has the engine started, and no more", async () => {
  expect(await plugin.invoke("command:remote:ask", {})).toMatchObject({ properties: {} });
});

test("what is asked without a command is an error", async () => {
  expect(await plugin.invoke("command:remote:ask", { connection: machine.login })).toMatchObject({
    error: expect.stringContaining("needs a connection and a command"),
  });
});
