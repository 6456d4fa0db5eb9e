import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { Stack } from "../rest/stacks";
import { Project, root } from "../support/pulumi/project";
import { begin, example, throughLife } from "./machines";
import { nodes, runtimes, withNewest } from "./runtimes";

/**
 * The package, as npm packs it, in a project of its own: with the newest SDK and CLI of Pulumi, which this
 * project itself does not have yet.
 */

jest.setTimeout(30 * 60_000);

const { devDependencies, name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  name: string;
  devDependencies: Record<string, string>;
};
const folder = example.project?.folder ?? "";
let machines: Awaited<ReturnType<typeof begin>>;
const projects: Project[] = [];

beforeAll(async () => {
  machines = await begin();
});
afterAll(async () => {
  await machines.end();
  for (const project of projects) {
    project.remove();
  }
});

test.each(nodes)(
  "its example is previewed, comes up, is at rest and goes on Node.js %s",
  async (version, bin) => {
    const project = await installed(version, bin);
    const found = await project.run("npm", "ls", "--all", "--json");
    expect(JSON.parse(found.stdout)).toMatchObject({
      dependencies: { "@pulumi/pulumi": { version: runtimes.pulumi.version }, [name]: {} },
    });
    expect(found).toMatchObject({ status: 0, stderr: "" });
    // A CLI that was built from modules says its version without "v".
    const cli = (await project.run("pulumi", "version")).stdout.trim().replace(/^v/, "");
    expect(cli).toBe(runtimes.pulumi.version);
    const { privateKey, ...others } = machines.told;
    const settings = { ...example.project?.settings({ ...others, privateKey }), privateKey };
    const entries = Object.entries(settings).map(([key, value]) => [`anyones:${key}`, value]);
    project.write("Pulumi.s.yaml", stringify({ config: Object.fromEntries(entries) as object }));
    await project.pulumi("stack", "init", "s", "--no-select");
    const { before, warnings, after } = await throughLife(new Stack(project, "s"));
    expect(before).toBeGreaterThan(5);
    expect(warnings).toEqual([]);
    expect(after).toEqual({ changes: [], warnings: [] });
  },
);

/** A project of somebody else's with the package and the newest SDK, and nothing of this checkout's modules. */
async function installed(version: string, bin: string): Promise<Project> {
  const { bin: folders, env } = withNewest(version, bin);
  const project = new Project(folders, env);
  projects.push(project);
  rmSync(join(project.folder, "node_modules"));
  const pack = ["pack", root, "--silent", "--pack-destination", project.folder];
  const { stdout, stderr } = await project.run("npm", ...pack);
  const archive = stdout.trim().split("\n").at(-1) ?? stderr;
  const versions = Object.fromEntries(
    ["typescript", "@types/node"].map((module) => [module, devDependencies[module]]),
  );
  const dependencies = { "@pulumi/pulumi": runtimes.pulumi.version, [name]: `file:${archive}` };
  project.write("package.json", JSON.stringify({ dependencies, devDependencies: versions }));
  const program = readFileSync(join(root, folder, "index.ts"), "utf8");
  project.write("index.ts", program.replace('"../../components"', JSON.stringify(name)));
  // The only module that the newest SDK's default for moduleResolution allows.
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: ["node"] };
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  const providers = [{ name: "command", path: join(root, "providers/command") }];
  const config = { scheduler: { default: "wlc" }, port: { type: "integer", default: 80 } };
  project.write(
    "Pulumi.yaml",
    stringify({
      name: "anyones",
      runtime: "nodejs",
      main: "index.ts",
      config,
      plugins: { providers },
    }),
  );
  const done = await project.run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  return project;
}
