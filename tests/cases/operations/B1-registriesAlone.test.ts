import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { evaluated } from "../../support/evaluate";
import { Project, root } from "../../support/pulumi/project";
import { keyPair, words } from "../../support/ssh/keys";

jest.setTimeout(120_000);

const example = join(root, "examples/existing-servers");
let project: Project;
let cache: string;
beforeAll(() => {
  project = new Project();
  cache = mkdtempSync(join(tmpdir(), "ipvs-lab-cache-"));
});
afterAll(() => {
  project.remove();
  rmSync(cache, { recursive: true });
});

test("operations B1: an example runs on the engine that set-up puts into Pulumi's home on registries alone", async () => {
  const environment = { XDG_CACHE_HOME: cache, IPVS_LAB_MIRROR: "none" };
  expect(
    await evaluated(
      "setup/steps/pulumi/commandPlugin.ts",
      "m.commandPlugin.run(() => {}).then(() => m.commandPlugin.origin())",
      environment,
    ),
  ).toBe("the project's own engine, providers/command");
  // As it lies there, but for its two ways out of its folder.
  const program = readFileSync(join(example, "index.ts"), "utf8");
  const settings = readFileSync(join(example, "Pulumi.yaml"), "utf8");
  expect(settings).not.toContain("plugins:");
  project.write("index.ts", program.replace("../../components", join(root, "components")));
  project.write("Pulumi.yaml", settings.replace("../../tsconfig", join(root, "tsconfig")));
  project.write("package.json", "{}");
  const home = join(cache, "ipvs-lab/registry-only/pulumi-home");
  const pulumi = (...args: string[]) =>
    project.run("env", `PULUMI_HOME=${home}`, "pulumi", "--non-interactive", ...args);
  await pulumi("stack", "init", "prod");
  const { private: key, public: shown } = keyPair();
  // As the example's README says it.
  const server = `{ name: lb1, host: 127.0.0.1, port: 9, user: admin, hostKey: "${words(shown)}", interface: eth0, address: 192.0.2.10/24 }`;
  const values = [
    `director: ${server}`,
    "vip: 192.0.2.100",
    "members: [{ name: app1, address: 192.0.2.21, port: 8080 }]",
  ];
  project.write(
    "Pulumi.prod.yaml",
    `config:\n${values.map((value) => `  existing-servers:${value}\n`).join("")}`,
  );
  await pulumi("config", "set", "--secret", "privateKey", "--stack", "prod", "--", key);
  const { stdout, stderr, status } = await pulumi("preview", "--stack", "prod");
  expect(stderr).toBe("");
  expect(stdout).toContain("command:remote:Command web-tcp-192.0.2.100-80 create");
  expect(status).toBe(0);
});
