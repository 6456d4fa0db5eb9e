import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Login } from "../../../components/host/refresh/ask";
import { Sshd } from "../../../tools/bench/engines/sshd";
import { evaluated } from "../../support/evaluate";
import { Project, quickly, root } from "../../support/pulumi/project";

jest.setTimeout(120_000);

const sshd = new Sshd();
const bastion = new Sshd();
const project = new Project();
beforeAll(async () => {
  await sshd.start();
  await bastion.start();
});
afterAll(async () => {
  await sshd.end();
  await bastion.end();
  project.remove();
});

/** What a preview makes of the machine. */
const looked = (login: object) =>
  evaluated("components/host/refresh/read.ts", `m.readHost("lb", ${JSON.stringify(login)})`);
const withKey = (privateKey: string) => looked({ ...sshd.login, privateKey });
const made = (name: string, ...options: string[]) => sshd.makeKey(name, "", ...options);
const publicOf = (name: string) => readFileSync(join(sshd.folder, `${name}.pub`), "utf8");

/** Keys that can never work: what is found, and the way out. */
const keys: [what: string, key: () => string, found: string, way: string][] = [
  [
    "with a passphrase",
    () => sshd.makeKey("locked", "open sesame"),
    "it is protected by a passphrase",
    "`ssh-keygen -p -N '' -f COPY`",
  ],
  [
    "with a passphrase, in PEM",
    () => sshd.makeKey("pem", "open sesame", "-t", "rsa", "-b", "2048", "-m", "PEM"),
    "it is protected by a passphrase",
    "`ssh-keygen -p -N '' -f COPY`",
  ],
  [
    "that is the public one",
    () => publicOf("user"),
    "it is a public key",
    "the file beside it without .pub",
  ],
  [
    "of PuTTY",
    () => "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: me\r\n",
    "it is in PuTTY's format",
    "`puttygen FILE.ppk -O private-openssh -o FILE`",
  ],
  [
    "that is a path",
    () => "~/.ssh/id_ed25519",
    "it looks like the path of a file",
    'readFileSync(PATH, "utf8")',
  ],
  [
    "that is a path of another kind",
    () => join(sshd.folder, "user"),
    "it looks like the path of a file",
    'readFileSync(PATH, "utf8")',
  ],
  [
    "that is cut off",
    () => sshd.privateKey.slice(0, 120),
    "it cannot be read",
    "copy the whole file, its first and last line included",
  ],
  [
    "in a format that is not read",
    () => made("pkcs8", "-t", "rsa", "-b", "2048", "-m", "PKCS8"),
    "it is in the format PKCS#8",
    "`ssh-keygen -p -N '' -f COPY`",
  ],
];

test.each(keys)(
  "operations 20: a private key %s stops the preview, with the way out",
  async (_, key, found, way) => {
    const given = key();
    const said = await withKey(given);
    expect(said).toMatch(/^Host "lb": ssh\.privateKey: it /);
    expect(said).toContain(found);
    expect(said).toContain(way);
    expect(said).not.toContain(given.trim());
  },
);

test("operations 20: the same is said of a bastion's key", async () => {
  const locked = { ...bastion.login, privateKey: sshd.makeKey("locked", "open sesame") };
  expect(await looked({ ...sshd.login, bastion: locked })).toMatch(
    /^Host "lb": ssh\.bastion\.privateKey: it is protected by a passphrase/,
  );
});

test("operations 20: line ends of Windows and a last line without an end are no mistake", async () => {
  const seen = { is: "without program" };
  expect(await withKey(sshd.privateKey.replaceAll("\n", "\r\n"))).toMatchObject(seen);
  expect(await withKey(sshd.privateKey.trimEnd())).toMatchObject(seen);
});

const strange: [where: string, reach: () => object, at: () => Login, property: string][] = [
  ["machine", () => ({ ...sshd.login, privateKey: made("new") }), () => sshd.login, "ssh"],
  [
    "bastion",
    () => ({ ...sshd.login, bastion: { ...bastion.login, privateKey: made("new") } }),
    () => bastion.login,
    "ssh.bastion",
  ],
];
test.each(strange)(
  "operations 20: a %s that answers and refuses the login stops the preview",
  async (_, reach, at, property) => {
    const { port, user } = at();
    const said = await looked(reach());
    expect(said).toMatch(
      new RegExp(
        `^Host "lb": ${property}: 127\\.0\\.0\\.1:${port} answers and refuses user "${user}" with ` +
          `this key \\(ssh-ed25519 SHA256:\\S{43}\\)`,
      ),
    );
    expect(said).toContain("authorized_keys");
    expect(said).toContain("no agent, no certificate and no password");
  },
);

test("operations 20: a machine that does not answer is out of reach, and its state is kept", async () => {
  expect(await looked({ ...sshd.login, port: 1 })).toMatchObject({ is: "unreachable" });
});

test("operations 20: `pulumi preview` ends with that error", async () => {
  const providers = [{ name: "command", path: join(root, "providers/command") }];
  const runtime = { name: "nodejs", options: quickly };
  const settings = { name: "keys", runtime, main: "main.cjs", plugins: { providers } };
  project.write("Pulumi.yaml", JSON.stringify(settings));
  project.write("package.json", "{}");
  project.write(
    "main.cjs",
    `require("tsx/cjs");
    const pulumi = require("@pulumi/pulumi");
    const { Director, Host } = require(${JSON.stringify(join(root, "components"))});
    const { privateKey, ...login } = require("./ssh.json");
    const ssh = { ...login, privateKey: pulumi.secret(privateKey) };
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    new Director("director", { host });`,
  );
  await project.pulumi("stack", "init", "test");
  const preview = async (privateKey: string) => {
    project.write("ssh.json", JSON.stringify({ ...sshd.login, privateKey }));
    const { errors, status } = await project.preview();
    return { said: errors.join("\n"), failed: status !== 0 };
  };
  const found = 'Host "lb": ssh.privateKey: it is protected by a passphrase';
  expect(await preview(sshd.makeKey("locked", "open sesame"))).toEqual({
    said: expect.stringContaining(found),
    failed: true,
  });
  expect(await preview(made("new"))).toEqual({
    said: expect.stringContaining("answers and refuses user"),
    failed: true,
  });
  expect(await preview(sshd.privateKey)).toEqual({ said: "", failed: false });
});
