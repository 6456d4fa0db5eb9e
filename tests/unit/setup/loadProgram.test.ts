import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** What a program prints that is started as Pulumi.yaml has the lab's started. */
function run(program: string): string {
  const words = ["--require", "./setup/loadProgram.cjs", "--eval", program];
  return execFileSync(process.execPath, words, { cwd: root, encoding: "utf8" }).trim();
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
