import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs lab's "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a few lines with set-up's modules, which are ES modules, in a process of their own. */
function withSetUp(code: string, env: Record<string, string> = {}) {
  const script = join(folder, "script.mts");
  writeFileSync(script, code.replaceAll("@setup", join(root, "setup")));
  return spawnSync(process.execPath, ["--import", "tsx", script], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

function bootstrap(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "setup/bootstrap.mjs"), ...args], {
    cwd: root,
    encoding: "utf8",
  });
}

describe("an archive from a mirror", () => {
  const fetch = `
    import { fetchArchive } from "@setup/steps/mirror.ts";
    try {
      console.log(await fetchArchive("cli", "no-such-release.tar.gz", process.env.TARGET!, () => {}));
    } catch (error) {
      console.log((error as Error).message);
    }`;

  beforeEach(() => {
    writeFileSync(join(folder, "no-such-release.tar.gz"), "content");
  });

  test("is taken when its checksum is the one in SHA256SUMS", () => {
    const sum = createHash("sha256").update("content").digest("hex");
    writeFileSync(join(folder, "SHA256SUMS"), `${sum}  no-such-release.tar.gz\n`);
    const target = join(folder, "target");
    const { stdout } = withSetUp(fetch, { IPVS_LAB_MIRROR: folder, TARGET: target });
    expect(stdout.trim()).toBe(join(target, "no-such-release.tar.gz"));
    expect(readFileSync(stdout.trim(), "utf8")).toBe("content");
  });

  test("is refused when its checksum is another, and nothing is left in its place", () => {
    writeFileSync(join(folder, "SHA256SUMS"), `${"0".repeat(64)}  no-such-release.tar.gz\n`);
    const target = join(folder, "target");
    const { stdout } = withSetUp(fetch, { IPVS_LAB_MIRROR: folder, TARGET: target });
    expect(stdout).toContain("its SHA-256 is ed7002b439e9ac845f22357d822bac14");
    expect(stdout).toContain("Set IPVS_LAB_MIRROR");
    expect(existsSync(join(target, "no-such-release.tar.gz"))).toBe(false);
  });
});

test("`env` prints lines that a shell takes in, with Pulumi's state in the project", () => {
  const { stdout } = bootstrap("env");
  const shown = execFileSync("sh", ["-c", 'eval "$0"; echo "$PULUMI_BACKEND_URL"', stdout]);
  expect(shown.toString().trim()).toBe(`file://${join(root, ".state")}`);
});

test("the committed settings hold no salt of one checkout's passphrase", () => {
  const committed = execFileSync("git", ["show", "HEAD:Pulumi.dev.yaml"], { cwd: root });
  expect(committed.toString()).not.toContain("encryptionsalt");
});

test("the passphrase is for this user's eyes only", () => {
  bootstrap("env");
  expect(statSync(join(root, ".state/passphrase")).mode & 0o077).toBe(0);
});

test("`doctor --json` names each thing, and how to get what is missing", () => {
  const { stdout } = bootstrap("doctor", "--json");
  const { steps } = JSON.parse(stdout) as {
    steps: { name: string; ok: boolean; remedy?: string }[];
  };
  expect(steps[0]?.name).toBe("Debian packages");
  for (const step of steps) {
    expect(step.ok || step.remedy).toBeTruthy();
  }
});

test("ssh goes through a machine's bastion, and both host keys are pinned", () => {
  const machines = {
    lb1: {
      ...{ host: "2001:db8::1", port: 22, user: "admin", hostKey: "ssh-ed25519 AAAA1" },
      bastion: { host: "192.0.2.1", port: 2222, user: "o'hara%h", hostKey: "ssh-ed25519 AAAA2" },
    },
  };
  const { stdout } = withSetUp(
    `import { sshArguments } from "@setup/ssh.ts";
    console.log(JSON.stringify(sshArguments("unit", ${JSON.stringify(machines)}, "lb1")));`,
  );
  const known = join(root, ".state/known_hosts-unit-lb1");
  try {
    const options = execFileSync("ssh", ["-G", ...(JSON.parse(stdout) as string[])]).toString();
    const pinned = `'-o' 'UserKnownHostsFile="${known}"' '-o' 'StrictHostKeyChecking=yes' '-o' 'LogLevel=ERROR'`;
    expect(options).toContain(
      `proxycommand 'ssh' '-p' '2222' ${pinned} '-W' '[2001:db8::1]:22' 'o'\\''hara%%h@192.0.2.1'\n`,
    );
    expect(options).toContain(`userknownhostsfile ${known}\n`);
    expect(readFileSync(known, "utf8")).toBe(
      "2001:db8::1 ssh-ed25519 AAAA1\n[192.0.2.1]:2222 ssh-ed25519 AAAA2\n",
    );
  } finally {
    rmSync(known, { force: true });
  }
});

test.each(["start", "destroy", "verify", "ssh", "doctor", "test", "preview", "up"])(
  "`%s --help` says what it does",
  (command) => {
    const { stdout, status } = bootstrap(command, "--help");
    expect(stdout).toContain(`Usage: npm run ${command}`);
    expect(status).toBe(0);
  },
);

test("a number of requests that is none is refused by name", () => {
  const { stderr, status } = bootstrap("verify", "--requests", "0");
  expect(stderr).toContain("--requests <n>");
  expect(stderr).toContain("a whole number from 1 to 100000");
  expect(status).not.toBe(0);
});
