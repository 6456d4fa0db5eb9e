import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { plugin, Project, root } from "../support/pulumi/project";
import { Program, Told } from "./testbed";

/** What a preview says. */
export interface Preview {
  /** Operations that would change something, "update vip-192.0.2.100", with what differs. */
  changes: string[];
  warnings: string[];
  /** Lines that are no warnings. */
  notes: string[];
}

/** The folder of Pulumi's own release, in which a CLI and a home with the command plugin are; none where it is not there. */
export const officialFolder = process.env.IPVS_LAB_OFFICIAL;

/** With which programs stacks are made. */
export interface Tools {
  name: string;
  /** Folders before set-up's in PATH, as there. */
  bin?: string;
  env?: NodeJS.ProcessEnv;
  /** Whether commands are run by this project's engine, or by a plugin in Pulumi's home. */
  ownEngine: boolean;
}

/** What set-up has put in place. */
export const own: Tools = { name: "own", ownEngine: true };

/** Pulumi's own release. */
export const official: Tools = {
  name: "official",
  bin: join(officialFolder ?? "", "pulumi"),
  env: { PULUMI_HOME: join(officialFolder ?? "", "pulumi-home") },
  ownEngine: false,
};

const exampleFolders = readdirSync(join(root, "examples"))
  .map((name) => `examples/${name}`)
  .filter((folder) => existsSync(join(root, folder, "index.ts")));

/** Stacks of programs, made of this checkout by real Pulumi CLIs; each project has a folder of its own. */
export class Stacks {
  private readonly projects = new Map<string, Project>();
  private readonly libraries = new Map<string, string>();
  private count = 0;

  /**
   * A stack of a program.
   * @param checkout Has the components and the command engine.
   */
  async make(
    name: string,
    program: Program,
    told: Told,
    tools = own,
    checkout = root,
  ): Promise<Stack> {
    const { privateKey, ...others } = told;
    const folder = program.project?.folder;
    const file = folder === undefined ? { name: "rest" } : projectFile(folder);
    const project = this.project(file, folder, tools, checkout);
    const stack = `s${++this.count}`;
    const given = program.project?.settings(told) ?? { program: name, told: others };
    const entries = Object.entries({ ...given, privateKey }).map(([key, value]) => [
      `${file.name}:${key}`,
      value,
    ]);
    project.write(
      `Pulumi.${stack}.yaml`,
      stringify({ config: Object.fromEntries(entries) as object }),
    );
    await project.pulumi("stack", "init", stack, "--no-select");
    return new Stack(project, stack);
  }

  /** Lets a stack of this suite that was made with another checkout go on with this one. */
  takeOver({ project }: Stack): void {
    this.describe(project, { name: "rest" }, undefined, own, root);
  }

  /** A project in a folder of its own. */
  private project(
    file: { name: string },
    folder: string | undefined,
    tools: Tools,
    checkout: string,
  ): Project {
    const key = `${file.name} ${tools.name} ${checkout}`;
    const made = this.projects.get(key);
    if (made) {
      if (checkout !== root) {
        // An earlier stack of it was taken over.
        this.describe(made, file, folder, tools, checkout);
      }
      return made;
    }
    const project = new Project(tools.bin, tools.env);
    this.projects.set(key, project);
    this.describe(project, file, folder, tools, checkout);
    project.write("package.json", "{}");
    return project;
  }

  private describe(
    project: Project,
    file: { name: string },
    folder: string | undefined,
    tools: Tools,
    checkout: string,
  ): void {
    const main = folder === undefined ? "tests/rest/main.js" : `${folder}/index.js`;
    const engine = { name: "command", path: join(checkout, "providers/command") };
    const providers = [...(tools.ownEngine ? [engine] : []), { name: "ipvs-lab", path: plugin }];
    const runtime = { name: "nodejs", options: { typescript: false } };
    const description = { ...file, runtime, main: "index.js", plugins: { providers } };
    project.write("Pulumi.yaml", stringify(description));
    const program = JSON.stringify(join(this.compiled(checkout), main));
    project.write("index.js", `module.exports = require(${program});\n`);
  }

  end(): void {
    for (const project of this.projects.values()) {
      project.remove();
    }
    for (const library of this.libraries.values()) {
      rmSync(library, { recursive: true, force: true });
    }
  }

  /** Everything that programs are made of, as JavaScript: compiled once, as it is run some hundred times. */
  compiled(checkout: string): string {
    const made = this.libraries.get(checkout);
    if (made !== undefined) {
      return made;
    }
    const to = mkdtempSync(join(tmpdir(), "ipvs-lab-rest-"));
    this.libraries.set(checkout, to);
    compile(checkout, ["components/**"], to);
    compile(root, ["tests/rest", "tests/rest/programs", ...exampleFolders], to);
    const isNoModule = (path: string) => !path.endsWith(".ts");
    cpSync(join(checkout, "components"), join(to, "components"), {
      ...{ recursive: true, filter: isNoModule },
    });
    symlinkSync(join(root, "node_modules"), join(to, "node_modules"));
    return to;
  }
}

/** Compiles folders of a checkout, each to its own place. */
function compile(from: string, folders: string[], to: string): void {
  const sources = folders.map((folder) => `${from}/${folder}/*.ts`);
  const options = ["--format=cjs", "--platform=node", "--target=node20", "--log-level=warning"];
  const outputs = [`--outbase=${from}`, `--outdir=${to}`, ...options];
  const esbuild = join(root, "node_modules/esbuild/bin/esbuild");
  execFileSync(process.execPath, [esbuild, ...sources, ...outputs]);
}

/** A stack that is up or not. */
export class Stack {
  constructor(
    readonly project: Project,
    protected name: string,
  ) {}

  /** The program that it declares from now on is this variant. */
  async vary(variant: string): Promise<void> {
    await this.project.pulumi("config", "set", "--stack", this.name, "variant", variant);
  }

  /** Gives the stack and its project other names. */
  async rename(project: string, name: string): Promise<void> {
    const full = `organization/${project}/${name}`;
    await this.project.pulumi("stack", "rename", "--stack", this.name, full);
    for (const [file, renamed] of [
      ["Pulumi.yaml", "Pulumi.yaml"],
      [`Pulumi.${this.name}.yaml`, `Pulumi.${name}.yaml`],
    ] as const) {
      const path = [renamed, file].map((one) => join(this.project.folder, one)).find(existsSync);
      const text = readFileSync(path ?? file, "utf8");
      this.project.write(
        renamed,
        text.replace(/^name: .*$/m, `name: ${project}`).replace(/^( *)rest:/gm, `$1${project}:`),
      );
    }
    this.name = name;
  }

  async up(): Promise<void> {
    await this.project.pulumi("up", "--stack", this.name, "--yes", "--skip-preview");
  }

  async preview(): Promise<Preview> {
    const args = ["preview", "--stack", this.name, "--json", "--non-interactive"];
    const { status, stdout, stderr } = await this.project.run("pulumi", ...args);
    if (status !== 0 || !stdout.startsWith("{")) {
      throw new Error(`${stdout}${stderr}`);
    }
    const { steps, diagnostics = [] } = JSON.parse(stdout) as Printed;
    const said = (...severities: string[]) =>
      diagnostics
        .filter(({ severity }) => severities.includes(severity))
        .map(({ message, severity }) => message.trim().replace(`${severity}: `, ""));
    return {
      changes: steps
        .filter(({ op }) => op !== "same" && op !== "read")
        .map(({ op, urn, detailedDiff, ...states }) => {
          const [name = ""] = urn.split("::").slice(-1);
          const which = Object.keys(detailedDiff ?? {});
          const values = which.map((key) => `${key}: ${difference(key, states)}`);
          return [`${op} ${name}`, ...values].join("\n");
        }),
      warnings: said("warning", "error"),
      notes: said("info", "info#err"),
    };
  }

  async destroy(): Promise<void> {
    await this.project.pulumi("destroy", "--stack", this.name, "--yes", "--skip-preview");
  }
}

type States = Record<"oldState" | "newState", { inputs?: Record<string, unknown> } | undefined>;

interface Printed {
  steps: ({ op: string; urn: string; detailedDiff?: object | null } & States)[];
  diagnostics?: { message: string; severity: string }[];
}

function difference(key: string, { oldState, newState }: States): string {
  return [oldState, newState].map((state) => JSON.stringify(state?.inputs?.[key])).join(" → ");
}

/** Name and settings of a project; secrets are in the clear, in a folder that nobody else can read. */
function projectFile(folder: string) {
  const { name, config } = parse(readFileSync(join(root, folder, "Pulumi.yaml"), "utf8")) as {
    name: string;
    config: Record<string, object>;
  };
  const plain = Object.entries(config).map(([key, setting]) => [
    key,
    { ...setting, secret: undefined },
  ]);
  return { name, config: Object.fromEntries(plain) as object };
}
