import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Plugin, type Properties } from "../../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../../tools/bench/engines/sshd";
import { stdoutOf } from "../../../../support/command/helpers";

jest.setTimeout(90_000);

const command = "command:remote:Command";

// Also those of tests that failed.
afterAll(() => {
  Plugin.killAll();
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
