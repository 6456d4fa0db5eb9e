import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { delimiter } from "node:path";
import { text } from "node:stream/consumers";
import { Stacks } from "../rest/stacks";
import { root } from "../support/pulumi/project";
import { begin, example, throughLife } from "./machines";
import { nodes, withNode } from "./runtimes";

/** This project on each release of Node.js: its unit tests, and an example on a real machine. */

jest.setTimeout(90 * 60_000);

/**
 * Those that ask something of the runtime: processes, sockets, SSH, the module loader, what npm packs. The rest is
 * plain TypeScript; IPVS_LAB_ALL_TESTS=1 runs it, too.
 */
const ofRuntime = [
  ...["providers/command/(ask|ssh/login|parts)", "providers/language/host", "cli/display/run"],
  ...["setup/(bootstrap|loadTypeScript)", "providers/vagrant", "providers/qemu"],
  ...["tools/package", "plugin"],
  ...["components/(workshop|host/quoting)", "policy/program"],
].map((path) => `tests/unit/${path}`);

const stacks = new Stacks();
let machines: Awaited<ReturnType<typeof begin>>;

beforeAll(async () => {
  machines = await begin();
});
afterAll(async () => {
  await machines.end();
  stacks.end();
});

describe.each(nodes)("Node.js %s", (version, bin) => {
  test("is the one that programs find", () => {
    const found = execFileSync("node", ["--version"], { env: withPath(bin), encoding: "utf8" });
    expect(found).toBe(`v${version}\n`);
  });

  test("unit tests pass", async () => {
    const some = process.env.IPVS_LAB_ALL_TESTS ? [] : ["--testPathPatterns", ...ofRuntime];
    const jestProgram = join(root, "node_modules/jest/bin/jest.js");
    const words = [jestProgram, "--selectProjects", "unit", "--ci", ...some];
    const child = spawn(join(bin, "node"), words, { cwd: root, env: withPath(bin) });
    const closed = once(child, "close") as Promise<[number | null]>;
    const [said, , [status]] = await Promise.all([text(child.stderr), text(child.stdout), closed]);
    console.log(`Node.js ${version}: ${/^Tests:.*$/m.exec(said)?.[0] ?? ""}`);
    expect({ status, failed: said.match(/^ +● .* › .*$|^FAIL .*$/gm) ?? [] }).toEqual({
      status: 0,
      failed: [],
    });
  });

  test("an example is previewed, comes up, is at rest and goes", async () => {
    const stack = await stacks.make("example", example, machines.told, withNode(version, bin));
    const { before, warnings, after } = await throughLife(stack);
    expect(before).toBeGreaterThan(5);
    expect(warnings).toEqual([]);
    expect(after).toEqual({ changes: [], warnings: [] });
  });
});

function withPath(bin: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
}
