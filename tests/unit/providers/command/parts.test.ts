import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { parseHostKey } from "../../../../components/ssh/login";
import { quoted } from "../../../../providers/command/failure";
import { Output } from "../../../../providers/command/resources/output";
import { keyOf, type Connection } from "../../../../providers/command/ssh/login";
import { launcher } from "../../../../tools/bench/engines/plugin";

const login: Connection = {
  host: "a",
  port: 22,
  user: "root",
  dialErrorLimit: 10,
  perDialTimeout: 15,
};

describe("which commands share a connection", () => {
  test("limits make no difference", () => {
    expect(keyOf({ ...login, dialErrorLimit: -1, perDialTimeout: 1 })).toBe(keyOf(login));
  });

  test.each([
    { host: "b" },
    { port: 23 },
    { user: "me" },
    { privateKey: "k" },
    { password: "p" },
    { hostKey: "ssh-ed25519 AAAA" },
    { agentSocketPath: "/agent" },
    { proxy: login },
  ])("%j makes another one", (other) => {
    expect(keyOf({ ...login, ...other })).not.toBe(keyOf(login));
  });
});

describe("a host key", () => {
  const data = "AAAAC3NzaC1lZDI1NTE5AAAAIJ4YfZ4VJtKuNTUu4o3IrXx9cJtFhzAjz0C8ihO5Y9bq";

  test.each([
    `ssh-ed25519 ${data}`,
    `ssh-ed25519 ${data} root@m`,
    `\n# one\nm ssh-ed25519 ${data}\n`,
  ])("is read from %j", (text) => {
    expect(parseHostKey(text)).toEqual({ type: "ssh-ed25519", data });
  });

  test.each(["", data, `ssh-rsa ${data}`, "ssh-ed25519 AAAA"])("is not read from %j", (text) => {
    expect(() => parseHostKey(text)).toThrow("failed to parse host key: ssh: no key found");
  });
});

describe("what a command prints", () => {
  function shown(parts: string[], logging?: string): string[] {
    const lines: string[] = [];
    const reporter = { status: (line: string) => lines.push(line), say: () => undefined };
    const output = new Output(reporter, logging);
    for (const part of parts) {
      output.add("stdout", Buffer.from(part, "latin1"));
    }
    output.end();
    return lines;
  }

  test("is shown by whole lines, however it comes", () => {
    expect(shown(["a\nb", "c\r\n", "\nd"])).toEqual(["a", "bc", "", "d"]);
  });

  test("is shown with letters that come in pieces", () => {
    expect(shown(["\xc3", "\xa9\n"])).toEqual(["é"]);
  });

  test("is shown without the end of endless lines", () => {
    expect(shown(["x".repeat(10_000), "y\nz"])).toEqual(["x".repeat(4_000), "z"]);
  });

  test.each([
    ["stdout", ["a"]],
    ["stderr", []],
    ["none", []],
    [undefined, ["a"]],
  ])("is shown as logging %s says", (logging, lines) => {
    expect(shown(["a\n"], logging)).toEqual(lines);
  });
});

test("text is quoted the way Go does it", () => {
  expect(quoted('a"\\\n\t\x00\x7fé\u00a0\u{e0001}')).toBe(
    '"a\\"\\\\\\n\\t\\x00\\x7fé\\u00a0\\U000e0001"',
  );
});

describe("the launcher", () => {
  test.each([
    ["another", /IPVS_LAB_COMMAND_ENGINE is "another"; it may be kept or official/],
    [
      "official",
      /no official command plugin at \/nowhere\/plugins\/.*plugin install resource command/,
    ],
  ])("says what is wrong with the engine %s", (engine, text) => {
    const env = { ...process.env, IPVS_LAB_COMMAND_ENGINE: engine, PULUMI_HOME: "/nowhere" };
    const { status, stderr } = spawnSync(launcher, [], { env, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(text);
  });
});
