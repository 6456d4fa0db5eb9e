import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Host } from "../../../components";
import { Plugin } from "../../../tools/bench/engines/plugin";
import { Sshd } from "../../../tools/bench/engines/sshd";
import { evaluated } from "../../support/evaluate";
import { command, registered } from "../../support/pulumi/mocks";
import { strangeShell } from "../../support/ssh/loginShell";

jest.setTimeout(60_000);

// IPVS_LAB_TEST_SHELL=/usr/bin/fish has a real one in its place.
const real = process.env.IPVS_LAB_TEST_SHELL;
const sshd = new Sshd(
  real ? [`ForceCommand exec ${real} -c "$SSH_ORIGINAL_COMMAND"`] : strangeShell(),
);
let plugin: Plugin;
beforeAll(async () => {
  await sshd.start();
  plugin = await Plugin.start("kept");
});
afterAll(async () => {
  await plugin.stop();
  await sshd.end();
});

/** What ssh(1) gets from the machine. */
async function said(line: string): Promise<string> {
  const key = join(sshd.folder, "user");
  const known = join(sshd.folder, "known");
  writeFileSync(known, `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
  const { stdout } = await promisify(execFile)("ssh", [
    ...["-F", "none", "-p", String(sshd.port), "-i", key, "-o", `UserKnownHostsFile=${known}`],
    ...["-o", "IdentityAgent=none", `${sshd.user}@127.0.0.1`, line],
  ]);
  return stdout;
}

test("review 15: a machine is looked at through a login shell that is no POSIX shell and prints", async () => {
  const looked = `m.readHost("lb", ${JSON.stringify(sshd.login)})`;
  expect(await evaluated("components/host/refresh/read.ts", looked)).toMatchObject({
    is: "without program",
    stamp: expect.stringMatching(/^\d{4}-/),
  });
});

test("review 15: the first Command on a machine runs there, to the check of the interface", async () => {
  const { privateKey, ...login } = sshd.login;
  const args = { interface: "nowhere0", address: "192.0.2.10/24" };
  const resources = await registered(
    () => new Host("lb", { ssh: { ...login, privateKey }, ...args }),
  );
  const { create, stdin } = command(resources, "lb-tools").inputs as Record<string, string>;
  const connection = { ...sshd.login, dialErrorLimit: 0 };
  const { error } = await plugin.create("command:remote:Command", { connection, create, stdin });
  expect(error).toContain('has no interface "nowhere0"');
});

test("review 15: what runs as root, and Python programs, are words that every login shell understands", async () => {
  expect(await said(await line('m.asRoot("echo here")'))).toMatch(/here\n$/);
  const text = `print('a "b" \\\\ !c', $d)\n# ü`;
  const words = await line(`m.pythonWords(${JSON.stringify(text)})`);
  expect(words).toMatch(/^python3 -c '[^'\\!\n]*'$/);
  const [, base64 = ""] = /"([A-Za-z0-9+/=]+)"/.exec(words) ?? [];
  expect(Buffer.from(base64, "base64").toString()).toBe(text);
  expect(await line(`m.asRoot(m.pythonWords("print(1)"))`)).not.toMatch(/[\n!]|\\[^']/);
});

const line = async (expression: string) => (await evaluated("lab/ssh.ts", expression)) as string;
