import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { keyPair, words } from "../support/ssh/keys";

// The CLI is built for real.
jest.setTimeout(30 * 60_000);

const root = join(__dirname, "../..");
const usual = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab");
const stack = "test-registry";
const settings = join(root, `Pulumi.${stack}.yaml`);
const own = join(usual, "registry-only");
/** Of a machine that nobody reaches. */
const keys = { hostKey: words(keyPair().public), privateKey: keyPair().private };
const aside = `${own}.aside-${process.pid}`;
let folder: string;

interface Settings {
  config: { "ipvs-lab:machines": Record<string, { sshPort: number; tunnelPort: number }> };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-registry-"));
  mkdirSync(join(folder, "state"));
  // In the usual cache: the machines' box, which has no part in this, is bound to its place there.
  if (existsSync(own)) {
    renameSync(own, aside);
  }
  // A lab of the user's keeps its ports.
  const workshop = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as Settings;
  for (const machine of Object.values(workshop.config["ipvs-lab:machines"])) {
    machine.sshPort += 60;
    machine.tunnelPort += 60;
  }
  writeFileSync(settings, stringify({ config: workshop.config }));
});
afterAll(async () => {
  // Whatever a test left behind when it failed.
  await run("destroy", "--stack", stack);
  rmSync(folder, { recursive: true, force: true });
  rmSync(settings, { force: true });
  if (existsSync(aside)) {
    rmSync(own, { recursive: true, force: true });
    renameSync(aside, own);
  }
});

/** An npm command of the project, without any Pulumi on PATH and with all releases hidden. */
async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((place) => !existsSync(join(place, "pulumi")));
  const child = spawn(process.execPath, [join(root, "setup/bootstrap.mjs"), ...args], {
    cwd: root,
    env: {
      ...process.env,
      ...{ PATH: path.join(delimiter), PULUMI_HOME: undefined },
      ...{ IPVS_LAB_MIRROR: "none", IPVS_LAB_BACKEND_URL: `file://${join(folder, "state")}` },
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stderr.write(text);
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

test("set-up builds the CLI, and says every few seconds what it is doing", async () => {
  const { code, output } = await run("setup");
  expect(code).toBe(0);
  expect(output).toMatch(/The Pulumi CLI 3\.230\.0: \d+ s, compiled \d+ of \d+ packages/);
  expect(output).toMatch(/(✓|ok) The Pulumi CLI 3\.230\.0 \(\d+( min \d+)? s\)/);
});

test("doctor says which way was taken", async () => {
  const { output } = await run("doctor");
  expect(output).toContain("The Pulumi CLI 3.230.0: built from the Go module proxy");
  expect(output).toContain("The language host for Node.js: the project's own, providers/language");
});

test("doctor says that the command plugin is the project's own", async () => {
  const { output } = await run("doctor");
  expect(output).toContain("The command plugin 1.2.1: the project's own engine, providers/command");
  expect(output).toContain("The generator of SDKs: built from the Go module proxy");
});

test("`pulumi package add` puts an SDK of the load balancer into a project, which previews", async () => {
  const project = join(folder, "project");
  mkdirSync(project);
  const write = (file: string, text: string) => {
    writeFileSync(join(project, file), text);
  };
  const dependencies = { "@pulumi/pulumi": "3.230.0" };
  write("package.json", JSON.stringify({ name: "anyones", dependencies }));
  write("Pulumi.yaml", "name: anyones\nruntime: nodejs\nmain: index.ts\n");
  write(
    "index.ts",
    `import * as ipvsLab from "@pulumi/ipvs-lab";
    new ipvsLab.LoadBalancer("web", {
      director: {
        ssh: { host: "127.0.0.1", port: 9, user: "root", ...${JSON.stringify(keys)} },
        interface: "eth0",
        address: "192.0.2.10/24",
      },
      virtualAddress: "192.0.2.100",
      port: 80,
      realServers: [{ name: "a", address: "192.0.2.21" }],
    });`,
  );
  const pulumi = (...args: string[]) => run("pulumi", ...args, "--cwd", project);
  const added = await pulumi("package", "add", join(root, "plugin"));
  expect(added.output).toContain(`import * as ipvsLab from "@pulumi/ipvs-lab"`);
  expect(added.code).toBe(0);
  await pulumi("stack", "init", "registry");
  const { code, output } = await pulumi("preview", "--non-interactive");
  expect(output).toContain("ipvs-lab:index:LoadBalancer");
  expect(output).toContain("command:remote:Command");
  expect(code).toBe(0);
});

test("an example without an entry for the command plugin is previewed", async () => {
  const example = join(root, "examples/existing-servers");
  const file = join(example, "Pulumi.registry.yaml");
  const server = { name: "lb1", host: "127.0.0.1", port: 9, user: "root", interface: "eth0" };
  const settings = {
    director: { ...server, address: "192.0.2.10/24", hostKey: keys.hostKey },
    members: [{ name: "app1", address: "192.0.2.21" }],
    vip: "192.0.2.100",
  };
  const config = Object.entries(settings).map(([name, v]) => [`existing-servers:${name}`, v]);
  writeFileSync(file, stringify({ config: Object.fromEntries(config) as object }));
  try {
    const pulumi = (...args: string[]) => run("pulumi", ...args, "--cwd", example);
    await pulumi("stack", "init", "registry");
    const secret = `privateKey=${keys.privateKey}`;
    await pulumi("config", "set-all", "--secret", secret, "--stack", "registry");
    const { code, output } = await pulumi("preview", "--stack", "registry", "--non-interactive");
    expect(output).toMatch(/\+ \d+ to create/);
    expect(code).toBe(0);
  } finally {
    rmSync(file, { force: true });
  }
});

test("the lab is previewed with it, and the policy pack finds nothing wrong", async () => {
  const { code, output } = await run(
    ...["preview", "--stack", stack, "--policy-pack", "policy", "--color", "never"],
  );
  expect(output).toMatch(/✅ ipvs-lab@/);
  expect(output).toMatch(/\+ \d+ to create/);
  expect(code).toBe(0);
});

test("the policy pack stops what it forbids", async () => {
  const config = join(folder, "policies.json");
  writeFileSync(config, JSON.stringify({ "allowed-schedulers": { schedulers: ["mh"] } }));
  const { code, output } = await run(
    ...["preview", "--stack", stack, "--policy-pack", "policy", "--policy-pack-config", config],
  );
  expect(output).toContain("allowed-schedulers");
  expect(code).not.toBe(0);
});

test("the lab comes up and goes with it, by the project's own command engine", async () => {
  const { code, output } = await run("start", "--stack", stack);
  expect(output).toMatch(/^machine1 ( +BACKEND-[12]){6}$/m);
  expect(output).toMatch(/^machine2 ( +BACKEND-[12]){6}$/m);
  expect(code).toBe(0);
  expect((await run("destroy", "--stack", stack)).code).toBe(0);
});
