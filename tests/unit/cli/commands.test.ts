import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../support/pulumi/project";
import { runWithSetUp } from "../../support/setUpModules";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs lab's "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const withSetUp = (code: string, env?: Record<string, string>) => runWithSetUp(folder, code, env);

function bootstrap(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "setup/bootstrap.mjs"), ...args], {
    cwd: root,
    encoding: "utf8",
  });
}

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
  expect(steps[0]?.name).toBe("Programs");
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
    `import { sshArguments } from "@lab/ssh.ts";
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

test.each(["start", "destroy", "verify", "ssh", "doctor", "test", "preview", "up", "drift"])(
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

test.each([
  [
    ["--every", "5"],
    "'--every <time>' argument '5' is invalid. It must be a time from 10s to 168h",
  ],
  [["--every", "9s"], "It must be a time from 10s to 168h, such as 90s, 5m or 1h."],
  [["--every", "8d"], "'--every <time>' argument '8d' is invalid."],
  [["--json", "--exec", "true"], "'--json' cannot be used with option '--exec <command>'"],
  [
    ["--cwd", "no/such"],
    "'--cwd <folder>' argument 'no/such' is invalid. There is no Pulumi.yaml in",
  ],
])("`drift` refuses %j by name", (args, message) => {
  const { stderr, status } = bootstrap("drift", ...args);
  expect(stderr).toContain(message);
  expect(status).toBe(1);
});
