import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import * as ts from "typescript";
import * as components from "../../../components";
import { registered, type Registered } from "../pulumi/mocks";

const root = join(__dirname, "../../..");

/** What tests/support/import/read.mts says of one import. */
export interface Answer {
  text: string;
  table?: string;
  services: string[];
  omitted: string[];
  notes: string[];
  error?: string;
}

export interface Order {
  files: string[];
  options?: object;
}

/** Imports files, in one process for all of them: import's modules are ES modules, which jest cannot load. */
export function imported(
  folder: string,
  orders: Order[],
): { answers: Answer[]; megabytes: number } {
  const place = mkdtempSync(join(tmpdir(), "import-"));
  try {
    const output = join(place, "answers.json");
    const script = join(__dirname, "read.mts");
    const tsx = join(root, "node_modules/tsx/dist/loader.mjs");
    const args = ["--import", tsx, script, JSON.stringify([orders, output])];
    execFileSync(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    return JSON.parse(readFileSync(output, "utf8")) as ReturnType<typeof imported>;
  } finally {
    rmSync(place, { recursive: true });
  }
}

const settings: Record<string, string> = {
  address: "192.0.2.10/24",
  sshHost: "lb.example.org",
  interface: "eth0",
  privateKey: "-----BEGIN PRIVATE KEY-----\n",
  ...Object.fromEntries(
    ["hostKey", "host1HostKey", "host2HostKey"].map((key) => [key, "ssh-ed25519 AAAA"]),
  ),
};

/** What a printed program registers. */
export async function run(text: string): Promise<Registered[]> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  const modules: Record<string, unknown> = { "./components": components, "@pulumi/pulumi": pulumi };
  const program = compileFunction(outputText, ["require", "exports"]) as (
    require: (name: string) => unknown,
    exports: object,
  ) => void;
  return registered(() => {
    for (const [key, value] of Object.entries(settings)) {
      pulumi.runtime.setConfig(`ipvs-lab:${key}`, value);
    }
    program((name) => modules[name], {});
  });
}

/** The mistakes that the compiler finds in programs, as if they were in the project's folder. */
export function typeErrors(texts: string[]): string[] {
  const files = new Map(texts.map((text, i) => [join(root, `imported${i}.ts`), text]));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const usual = ts.createCompilerHost({ ...options, noEmit: true });
  host.fileExists = (path) => files.has(path) || usual.fileExists(path);
  host.readFile = (path) => files.get(path) ?? usual.readFile(path);
  host.getSourceFile = (path, ...others) => {
    const text = files.get(path);
    return text === undefined
      ? usual.getSourceFile(path, ...others)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  return [...files.keys()].flatMap((path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}
