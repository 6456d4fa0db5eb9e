import { createHash } from "node:crypto";
import { Plugin } from "../../../../tools/bench/engines/plugin";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { ask } from "../../../support/command/askQuestion";
import { questions } from "../../../support/command/questions";

jest.setTimeout(60_000);

/*
 * The answers as they were when they were last compared with the official plugin's, by
 * `npm run test:official`: run that whenever one of them changes.
 */
const sshd = new Sshd();
let plugin: Plugin;
beforeAll(async () => {
  await sshd.start();
  plugin = await Plugin.start("kept");
});
afterAll(async () => {
  await plugin.stop();
  Plugin.killAll();
  await sshd.end();
});

/** Without what is another one in each run of the test; of long texts the digest. */
function lasting(answer: unknown): unknown {
  const { port, hostKey, privateKey, user } = sshd.login;
  const random = { SSHD: sshd.folder, PRIVATE_KEY: privateKey, HOST_KEY: hostKey, USER: user };
  let text = JSON.stringify(answer);
  for (const [name, value] of Object.entries(random)) {
    text = text.replaceAll(JSON.stringify(value).slice(1, -1), name);
  }
  text = text.replaceAll(/SHA256:[\w+/]{43}/g, "SHA256:FINGERPRINT");
  return JSON.parse(text.replaceAll(String(port), "65535"), (_key, value: unknown) =>
    typeof value === "string" && value.length > 500
      ? createHash("sha256").update(value).digest("hex")
      : value,
  ) as unknown;
}

test.each(Object.keys(questions))("%s", async (name) => {
  expect(lasting(await ask(plugin, sshd, name))).toMatchSnapshot();
});
