import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Checkout } from "../../../support/checkout";
import { root } from "../../../support/pulumi/project";

jest.setTimeout(120_000);

describe("review 25: a checkout stays clean", () => {
  let checkout: Checkout;
  let salt: string | undefined;
  beforeAll(() => {
    checkout = new Checkout();
  });
  afterAll(() => {
    checkout.remove();
  });

  test("when its stack is made, and with plain `pulumi`", () => {
    checkout.setUp("settings", 'makeStack("dev")');
    expect(checkout.pulumi("up", "--yes", "--skip-preview")).toContain('scheduler: "rr"');
    expect(checkout.changes()).toEqual([]);
  });

  test("after an upgrade from a version that left a salt there, and Pulumi's layout", () => {
    checkout.oldPulumi("refresh", "--yes", "--skip-preview");
    salt = /^encryptionsalt: v1:.*$/m.exec(checkout.settings())?.[0];
    expect(salt).toBeDefined();
    checkout.setUp("settings", 'takeSaltOut("dev")');
    expect(checkout.changes()).toEqual([]);
  });

  test("but for `config set`, whose changes stay when a salt is taken out", () => {
    checkout.write("Pulumi.dev.yaml", `${salt}\n${checkout.settings()}`);
    checkout.pulumi("config", "set", "scheduler", "wlc");
    checkout.setUp("settings", 'takeSaltOut("dev")');
    expect(checkout.settings()).toContain("ipvs-lab:scheduler: wlc\n");
    expect(checkout.settings()).not.toContain("encryptionsalt");
    expect(checkout.changes()).toEqual([" M Pulumi.dev.yaml"]);
  });

  test("and secrets keep their salt beside them, which is the state's", () => {
    checkout.pulumi("config", "set", "--secret", "key", "hush");
    checkout.setUp("settings", 'takeSaltOut("dev")');
    expect(checkout.settings()).toMatch(/^encryptionsalt: v1:/m);
    expect(checkout.pulumi("config", "get", "key")).toBe("hush\n");
  });
});

describe("review 25: `pulumi` before Pulumi on PATH", () => {
  let folder: string;
  let project: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "ipvs-lab launcher ")));
    project = join(folder, "a project");
    mkdirSync(join(project, "setup"), { recursive: true });
    mkdirSync(join(project, "examples/other"), { recursive: true });
    cpSync(join(root, "setup/bin"), join(project, "setup/bin"), { recursive: true });
    writeFileSync(join(project, "Pulumi.yaml"), "name: ipvs-lab\n");
    writeFileSync(join(project, "examples/other/Pulumi.yaml"), "name: other\n");
    writeFileSync(join(project, "Pulumi.dev.yaml"), "config:\n  ipvs-lab:port: 80\n");
    writeFileSync(join(project, "Pulumi.salted.yaml"), "encryptionsalt: v1:x\nconfig: {}\n");
    mkdirSync(join(folder, "real"));
    const real = `#!/bin/sh
      [ "$1 $2" = "stack --show-name" ] && { echo dev; exit; }
      for word; do printf '%s\\n' "$word"; done`;
    writeFileSync(join(folder, "real/pulumi"), real, { mode: 0o755 });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What Pulumi is called with; the copy of the settings is COPY. */
  function called(args: string[], at = ".", more: string[] = []): string[] {
    const bin = join(project, "setup/bin");
    const PATH = [bin, ...more, join(folder, "real"), process.env.PATH].join(delimiter);
    const { stdout, stderr } = spawnSync("pulumi", args, {
      ...{ cwd: join(project, at), encoding: "utf8", env: { PATH } },
    });
    expect(stderr).toBe("");
    const words = stdout.split("\n").slice(0, -1);
    return words.map((word) => {
      const isCopy = word.startsWith(join(project, ".state/settings/dev-"));
      return isCopy && readFileSync(word, "utf8").includes("port: 80") ? "COPY" : word;
    });
  }

  test.each([
    [["up"], ["up", "--config-file", "COPY"]],
    [
      ["preview", "-s", "dev", "--diff"],
      ["preview", "--config-file", "COPY", "-s", "dev", "--diff"],
    ],
    [
      ["--color", "never", "dn", "--stack=organization/ipvs-lab/dev"],
      ["--color", "never", "dn", "--config-file", "COPY", "--stack=organization/ipvs-lab/dev"],
    ],
    [
      ["refresh", "--message", "two words"],
      ["refresh", "--config-file", "COPY", "--message", "two words"],
    ],
  ])("gives %j a copy of the settings", (args, expected) => {
    expect(called(args)).toEqual(expected);
  });

  test("gives it from a folder below, and from elsewhere with --cwd", () => {
    expect(called(["up"], "setup")).toEqual(["up", "--config-file", "COPY"]);
    const there = ["-C", project, "up"];
    expect(called(there, "examples/other")).toEqual([...there, "--config-file", "COPY"]);
  });

  test.each([
    [["config", "set", "scheduler", "wrr"]],
    [["stack", "output"]],
    [["up", "-c", "port=81"]],
    [["up", "--config=port=81"]],
    [["preview", "--config-file", "mine.yaml"]],
    [["up", "--stack", "salted"]],
    [["up", "--stack", "unknown"]],
    [["--version"]],
    [[]],
  ])("hands on %j as it is", (args) => {
    expect(called(args)).toEqual(args);
  });

  test("hands on what is another project's", () => {
    expect(called(["up"], "examples/other")).toEqual(["up"]);
    expect(called(["up", "--cwd", "examples/other"])).toEqual(["up", "--cwd", "examples/other"]);
  });

  test("ends with Pulumi where two checkouts are on PATH, and this one twice", () => {
    const other = join(folder, "another");
    cpSync(project, other, { recursive: true });
    const bins = [other, project].map((at) => join(at, "setup/bin"));
    expect(called(["up"], ".", bins)).toEqual(["up", "--config-file", "COPY"]);
  });

  test("leaves copies of runs that go on, and no others", () => {
    const copies = join(project, ".state/settings");
    mkdirSync(copies, { recursive: true });
    writeFileSync(join(copies, `dev-${process.pid}.yaml`), "");
    writeFileSync(join(copies, "dev-4194305.yaml"), ""); // above what the kernel gives
    called(["up"]);
    const left = readdirSync(copies).map((name) => basename(name, ".yaml"));
    expect(left).toContain(`dev-${process.pid}`);
    expect(left).not.toContain("dev-4194305");
  });

  test("says what to do where there is no Pulumi yet", () => {
    const { stderr, status } = spawnSync(join(project, "setup/bin/pulumi"), ["up"], {
      ...{ cwd: project, encoding: "utf8", env: { PATH: "/usr/bin:/bin" } },
    });
    expect(stderr).toBe(`pulumi is not there yet: run npm run setup in ${project}\n`);
    expect(status).toBe(127);
  });
});
