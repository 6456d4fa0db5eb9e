import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "../../..");
const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "index.ts")),
);
const { name, dependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Record<"dependencies" | "peerDependencies", Record<string, string>> & { name: string };

/** A project as `pulumi new typescript` makes it, with our package as npm packs it. */
let folder: string;

const compilerOptions = {
  ...{ strict: true, noEmit: true, target: "es2020", forceConsistentCasingInFileNames: true },
  ...{ noFallthroughCasesInSwitch: true, noImplicitReturns: true, types: ["node"] },
  // The compiler's own declarations are not what is tested.
  skipDefaultLibCheck: true,
};
const resolutions = [
  { module: "commonjs", moduleResolution: "node" },
  { module: "node16", moduleResolution: "node16" },
];

function types(resolution: object, file = "*.ts") {
  const config = { compilerOptions: { ...compilerOptions, ...resolution }, include: [file] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" }).stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-package-"));
  const packed = join(folder, "node_modules", name);
  mkdirSync(packed, { recursive: true });
  const options = { cwd: root, encoding: "utf8" } as const;
  const file = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], options);
  const archive = join(folder, file.trim());
  execFileSync("tar", ["-xzf", archive, "-C", packed, "--strip-components", "1"]);
  // What npm would install beside it, and the types that such a project has: nothing else is found.
  for (const module of [...Object.keys({ ...dependencies, ...peerDependencies }), "@types/node"]) {
    const link = join(folder, "node_modules", module);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", module), link);
  }
  for (const example of examples) {
    const text = readFileSync(join(root, "examples", example, "index.ts"), "utf8");
    writeFileSync(join(folder, `${example}.ts`), text.replace('"../../components"', `"${name}"`));
  }
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(resolutions)(
  "its types are right for a program with %j",
  (resolution) => {
    const wrong = `import { IpvsServiceArgs } from "${name}";
    export const args: Partial<IpvsServiceArgs> = { scheduler: "fastest" };`;
    writeFileSync(join(folder, "wrong.ts"), wrong);
    // One run of the compiler for both: that it is the only error, and that there are types at all.
    const errors = types(resolution).match(/^\S.*/gm);
    expect(errors).toEqual([
      expect.stringContaining(`wrong.ts(2,53): error TS2322: Type '"fastest"'`),
    ]);
    rmSync(join(folder, "wrong.ts"));
  },
  120_000,
);

test("it has all components, and the very program for machines that the sources make", () => {
  const ask = `const all = require(process.argv[1]);
    console.log(JSON.stringify([Object.keys(all).sort(), all.programPath]));`;
  const asked = (module: string, ...flags: string[]) =>
    execFileSync(process.execPath, [...flags, "-e", ask, module], {
      cwd: flags.length > 0 ? root : folder,
      encoding: "utf8",
    });
  expect(asked(name)).toBe(
    asked("./components/index.ts", "--require", "./setup/loadTypeScript.cjs"),
  );
});

test("nothing in it asks for a plugin of its own, or for what is in no registry", () => {
  const lib = join(folder, "node_modules", name, "lib");
  expect(readFileSync(join(lib, "vagrant/package.json"), "utf8")).toBe(
    '{\n  "version": "0.1.0"\n}\n',
  );
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" });
  const code = files.filter((file) => /\.(js|d\.ts)$/.test(file));
  expect(code.length).toBeGreaterThan(50);
  const asking = code.filter((f) =>
    /["']@pulumi\/vagrant/.test(readFileSync(join(lib, f), "utf8")),
  );
  expect(asking).toEqual([]);
});
