import { secretMarks } from "../../../policy/secretMarks";
import { noPlainTextSecrets } from "../../../policy/secrets";
import { ask, command, notKnown, secret, Sent, showMarks, vip } from "../../support/askPolicy";

// Put together here, so that no scanner takes this file for one that holds a key.
const key = ["-----BEGIN OPENSSH", "PRIVATE KEY-----\nAAAA\n-----END"].join(" ");

/** The engine shows a resource with its marks first, then without them. */
function askBoth(sent: Sent, config: object = {}): string[] {
  showMarks(secretMarks, sent);
  return ask(noPlainTextSecrets, sent, config);
}

test("a private key in plain text is reported with its place, and never shown", () => {
  const found = askBoth(command({ environment: { KEY: key } }));
  expect(found).toEqual([
    'Command "web": environment.KEY holds a private key in plain text; allowed is a value from pulumi.secret().',
  ]);
  expect(found.join()).not.toContain("AAAA");
});

test.each([
  ["OpenSSH", "OPENSSH "],
  ["PKCS#1", "RSA "],
  ["PKCS#8", ""],
  ["encrypted", "ENCRYPTED "],
  ["elliptic curve", "EC "],
])("a private key of the kind %s is recognised", (_, kind) => {
  const stdin = `tee key <<E\n${["-----BEGIN ", kind, "PRIVATE", " KEY-----"].join("")}\nE`;
  expect(askBoth(command({ stdin }))).toHaveLength(1);
});

test.each([
  ["PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519"],
  ["PGP", ["-----BEGIN PGP", "PRIVATE KEY BLOCK-----"].join(" ")],
])("a private key of %s is recognised", (_, stdin) => {
  expect(askBoth(command({ stdin }))).toEqual([expect.stringContaining("a private key")]);
});

test("public keys and certificates are no secrets", () => {
  const stdin = "-----BEGIN PUBLIC KEY-----\n-----BEGIN CERTIFICATE-----\nssh-ed25519 AAAA";
  expect(askBoth(command({ stdin }))).toEqual([]);
});

test.each([
  "PGPASSWORD=hunter2 psql",
  "password: hunter2",
  'passphrase = "hunter2"',
  '{"password":"hunter2"}',
  "mysql --password=hunter2",
  "curl https://admin:hunter2@example.org/",
])("a password in a text is recognised: %s", (stdin) => {
  const found = askBoth(command({ stdin }));
  expect(found).toEqual([
    'Command "web": stdin holds a password in plain text; allowed is a value from pulumi.secret().',
  ]);
});

test.each([
  "PGPASSWORD=$PGPASSWORD psql",
  'password="${PASSWORD}"',
  "password=<yours>",
  "PasswordAuthentication no",
  'password=""',
  "curl http://10.10.10.100:80/a@b",
  "ssh://admin@example.org",
])("no password is seen in: %s", (stdin) => {
  expect(askBoth(command({ stdin }))).toEqual([]);
});

test("a property or variable that is called password holds one, whatever it is", () => {
  expect(askBoth(command({ environment: { DB_PASSWORD: "x", empty_password: "" } }))).toEqual([
    'Command "web": environment.DB_PASSWORD holds a password in plain text; allowed is a value from pulumi.secret().',
  ]);
  expect(askBoth({ type: "x:y:Z", props: { adminPassword: "x", passwords: "y" } })).toHaveLength(1);
});

test("components' inputs are looked at, and lists too", () => {
  expect(askBoth(vip({ a: [{ b: ["x", key] }] }))).toEqual([
    'Vip "vip": a[0].b[1] holds a private key in plain text; allowed is a value from pulumi.secret().',
  ]);
});

test("what is marked secret passes: itself, in a list, and all that is in it", () => {
  expect(
    askBoth(
      command({
        connection: secret({ host: "lb1", privateKey: key, proxy: { password: "x" } }),
        stdin: secret(key),
        triggers: ["a", secret(key)],
        environment: { KEY: secret(key) },
      }),
    ),
  ).toEqual([]);
});

test("a mark on one value says nothing of its neighbours", () => {
  expect(
    askBoth(command({ triggers: [secret(key), key], environment: { A: secret(key), AB: key } })),
  ).toEqual([
    expect.stringContaining("triggers[1] holds"),
    expect.stringContaining("environment.AB holds"),
  ]);
});

test("a connection that is not marked secret is reported", () => {
  expect(askBoth(command({ connection: { host: "lb1", privateKey: key } }))).toEqual([
    expect.stringContaining("connection.privateKey holds a private key in plain text"),
  ]);
});

test.each(["create", "update", "delete"])(
  "a secret in %s is reported even if marked, for error messages repeat it",
  (property) => {
    expect(askBoth(command({ [property]: secret(`echo '${key}' >key`) }))).toEqual([
      `Command "web": ${property} holds a private key, which error messages would repeat; allowed is a secret in stdin.`,
    ]);
  },
);

test("marks are taken anew each time that a resource is shown", () => {
  expect(askBoth(command({ stdin: secret(key) }, "again"))).toEqual([]);
  expect(askBoth(command({ stdin: key }, "again"))).toHaveLength(1);
});

test("without the notes of secret-marks, only what the SDK declares secret counts as marked", () => {
  const never = (props: Record<string, unknown>) => command(props, "never shown with its marks");
  expect(ask(noPlainTextSecrets, never({ connection: secret({ privateKey: key }) }))).toEqual([]);
  expect(ask(noPlainTextSecrets, never({ stdin: secret(key) }))).toHaveLength(1);
});

test("taking notes changes nothing, also where something is not known yet", () => {
  expect(
    showMarks(secretMarks, command({ connection: secret(notKnown), triggers: [notKnown] })),
  ).toBeUndefined();
});

test("what is not known yet is not reported", () => {
  expect(
    askBoth(
      command({
        connection: secret(notKnown),
        stdin: notKnown,
        environment: { PASSWORD: notKnown },
      }),
    ),
  ).toEqual([]);
});

test("further patterns can be given, and resources left out", () => {
  const sent = command({ stdin: "AKIA0123456789ABCDEF" });
  expect(askBoth(sent)).toEqual([]);
  const config = { patterns: ["AKIA[0-9A-Z]{16}"] };
  expect(askBoth(sent, config)).toEqual([
    'Command "web": stdin holds what matches "AKIA[0-9A-Z]{16}" in plain text; allowed is a value from pulumi.secret().',
  ]);
  expect(askBoth(sent, { ...config, except: ["web"] })).toEqual([]);
  expect(askBoth(sent, { ...config, except: ["we"] })).toHaveLength(1);
});

test("a pattern that is no regular expression is an error", () => {
  expect(() => askBoth(command({ stdin: "a" }), { patterns: ["("] })).toThrow(
    'no-plain-text-secrets: "(" is not a regular expression',
  );
});

test("a violation stops the preview; the notes are taken at the level that sees marks", () => {
  expect(noPlainTextSecrets.enforcementLevel).toBe("mandatory");
  expect(secretMarks.enforcementLevel).toBe("remediate");
});
