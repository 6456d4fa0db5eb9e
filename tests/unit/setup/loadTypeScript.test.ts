import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const loader = join(__dirname, "../../../setup/loadTypeScript.cjs");
// Always the same, as what is kept of its program is kept by its path.
const folder = join(tmpdir(), "ipvs-lab-load-typescript");

beforeEach(() => mkdirSync(folder, { recursive: true }));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs one TypeScript file. */
function run(source: string): { stdout: string; stderr: string } {
  const file = join(folder, "program.ts");
  writeFileSync(file, source);
  return spawnSync(process.execPath, ["--require", loader, file], { encoding: "utf8" });
}

test("a program in TypeScript runs, and after a change it is the changed one", () => {
  for (const answer of [1, 2, 1]) {
    expect(run(`const answer: number = ${answer};\nconsole.log(answer);\n`).stdout).toBe(
      `${answer}\n`,
    );
  }
});

test("what a class is given is there before its fields are made, as TypeScript has it", () => {
  const { stdout } = run(
    "class A {\n  constructor(private readonly n: number) {}\n  read = () => this.n;\n}\nconsole.log(new A(3).read());\n",
  );
  expect(stdout).toBe("3\n");
});

test("an error names the line of the source, kept or not", () => {
  const source = `interface Gone {\n  a: string;\n  n: ${Date.now()};\n}\nthrow new Error("here");\n`;
  for (const { stderr } of [run(source), run(source)]) {
    expect(stderr).toContain(`${join(folder, "program.ts")}:5`);
  }
});

test("each call of the same function has its own lines", () => {
  const calls = "interface A {\n  n: number;\n}\nconst made = () => new TypeError('one').stack;\n";
  const { stdout } = run(`${calls}console.log(made());\nconsole.log(made());\n`);
  const found = stdout.split("\n").filter((line) => /^TypeError|program\.ts/.test(line));
  const at = join(folder, "program.ts");
  for (const [i, line] of [5, 6].entries()) {
    expect(found[3 * i]).toBe("TypeError: one");
    expect(found[3 * i + 1]).toContain(`made (${at}:4:`);
    expect(found[3 * i + 2]).toContain(`(${at}:${line}:`);
  }
});
