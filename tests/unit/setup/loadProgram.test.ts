import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** What a program prints that is started as Pulumi.yaml has the lab's started. */
function run(program: string, environment: NodeJS.ProcessEnv = {}): string {
  const words = ["--require", "./setup/loadProgram.cjs", "--eval", program];
  const env = { ...process.env, ...environment };
  return execFileSync(process.execPath, words, {
    ...{ cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  }).trim();
}

/** Those of these modules that are loaded. */
const loaded = (...names: string[]) => `
  const loaded = ${JSON.stringify(names)}.filter((name) =>
    Object.keys(require.cache).some((file) => file.includes("node_modules/" + name + "/")));
  console.log(JSON.stringify(loaded));`;

test("the components come without a compiler, and without what Pulumi's SDK loads in vain", () => {
  const program = `require("./components/index.ts"); ${loaded("typescript", "@npmcli/arborist", "got", "@pulumi/pulumi")}`;
  expect(JSON.parse(run(program))).toEqual(["@pulumi/pulumi"]);
});

test("what a stand-in is for comes when it is used", () => {
  const serialized = run(`
    const pulumi = require("@pulumi/pulumi");
    pulumi.runtime.serializeFunction(() => 12345).then(({ text }) => console.log(text));`);
  expect(serialized).toContain("12345");
  const paths = run(`
    const pulumi = require("@pulumi/pulumi");
    pulumi.runtime.computeCodePaths().then((all) => {
      console.log([...all.keys()].some((path) => path.includes("node_modules/yaml")));
    });`);
  expect(paths).toBe("true");
});

test("Pulumi's promises have a stack trace only if leaks are to be shown, and errors always", () => {
  const traced = (environment: NodeJS.ProcessEnv) =>
    run(
      `const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const promise = Promise.resolve();
      void debuggablePromise(promise, "context");
      const stacks = [promise._debugStackTrace, new Error().stack];
      console.log(stacks.map((stack) => stack.includes(" at ")).join(" "));`,
      environment,
    );
  expect(traced({})).toBe("false true");
  expect(traced({ PULUMI_DEBUG_PROMISE_LEAKS: "1" })).toBe("true true");
});

test("a promise that is never settled still fails the program", () => {
  const program = `
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    void debuggablePromise(new Promise(() => undefined), "context");`;
  expect(() => run(program)).toThrow("1 promise was still active");
});
