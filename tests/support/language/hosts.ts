import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { esModules } from "../evaluate";

const root = join(__dirname, "../../..");

/** A Pulumi CLI with a language host beside it. */
export interface Host {
  name: "official" | "ours";
  /** Their folder. */
  bin: string;
}

/** What a command left. */
export interface Ran {
  code: number | null;
  /** Its lines, sorted; what is different from run to run is replaced. */
  stdout: string;
  stderr: string;
}

const stack = "unit";

// In the project, so that programs find its modules as its own do; and out of Git's sight.
const scratch = join(root, ".state");

/** Folders for a test file; `close` removes them. */
export class Hosts {
  readonly folder: string;
  readonly ours: Host;
  /** The one that `npm run test:official` has brought, to compare with; other runs have ours alone. */
  readonly official: Host | undefined;

  constructor() {
    mkdirSync(scratch, { recursive: true });
    this.folder = mkdtempSync(join(scratch, "language-"));
    const release = process.env.IPVS_LAB_OFFICIAL;
    this.official = release ? { name: "official", bin: join(release, "pulumi") } : undefined;
    const cli = this.official ? join(this.official.bin, "pulumi") : installedCli();
    this.ours = { name: "ours", bin: join(this.folder, "bin") };
    mkdirSync(this.ours.bin);
    // The engine prefers the language host that lies beside it: beside its own file, links followed.
    try {
      linkSync(cli, join(this.ours.bin, "pulumi"));
    } catch {
      copyFileSync(cli, join(this.ours.bin, "pulumi"));
    }
    installOurs(this.ours.bin);
  }

  /** Both, or ours alone. */
  get all(): Host[] {
    return [...(this.official ? [this.official] : []), this.ours];
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The CLI of set-up, or the user's: the first on PATH behind the project's own launcher, which starts it. */
function installedCli(): string {
  const lines = execFileSync(process.execPath, [join(root, "setup/bootstrap.mjs"), "env"], {
    encoding: "utf8",
  });
  const path = execFileSync("sh", ["-c", 'eval "$0"; echo "$PATH"', lines], { encoding: "utf8" });
  const cli = path
    .trim()
    .split(delimiter)
    .filter((folder) => folder !== join(root, "setup/bin"))
    .map((folder) => join(folder, "pulumi"))
    .find((file) => existsSync(file));
  if (cli === undefined) {
    throw new Error("There is no pulumi: npm run setup");
  }
  return realpathSync(cli);
}

/** As set-up does it, whose modules are ES modules. */
function installOurs(folder: string): void {
  const module = join(root, "setup/steps/pulumi/languageHost.ts");
  const code = `import { installLanguageHost } from ${JSON.stringify(module)};
    await installLanguageHost(${JSON.stringify(folder)});`;
  const script = join(folder, "install.mts");
  writeFileSync(script, code);
  execFileSync(process.execPath, [esModules, script], { cwd: root });
  rmSync(script);
}

/** A project of a few files with a stack, and its state in a folder beside it. */
export class Project {
  readonly folder: string;
  private readonly backend: string;
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly hosts: Hosts,
    readonly host: Host,
    files: Record<string, string>,
  ) {
    const base = mkdtempSync(join(hosts.folder, `${host.name}-`));
    this.folder = join(base, "project");
    // Else the lab's own package.json, the next one above, would say what the program is.
    const all = { "package.json": JSON.stringify({ name: "language" }), ...files };
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), content);
    }
    this.backend = join(base, "state");
    mkdirSync(this.backend);
    this.env = {
      ...process.env,
      PATH: `${host.bin}:${process.env.PATH ?? ""}`,
      PULUMI_HOME: join(base, "home"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_STACK: stack,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The CLI ends before it is worth tidying its memory.
      GOGC: "off",
    };
  }

  /** Gives it an empty stack: the first project of a host makes it, the others get a copy. */
  async makeStack(): Promise<Pick<Ran, "code">> {
    const empty = join(this.hosts.folder, `empty-${this.host.name}`);
    const settings = `Pulumi.${stack}.yaml`;
    if (existsSync(empty)) {
      cpSync(join(empty, "state"), this.backend, { recursive: true });
      cpSync(join(empty, settings), join(this.folder, settings));
      return { code: 0 };
    }
    const made = await this.pulumi("stack", "init", stack);
    if (made.code === 0) {
      cpSync(this.backend, join(empty, "state"), { recursive: true });
      cpSync(join(this.folder, settings), join(empty, settings));
    }
    return made;
  }

  /** Starts Pulumi in a process group of its own, as a shell would. */
  start(...args: string[]): ChildProcess {
    return spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: this.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async pulumi(...args: string[]): Promise<Ran> {
    return this.finish(this.start(...args));
  }

  async finish(process: ChildProcess): Promise<Ran> {
    const written = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      process[stream]?.setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
    }
    const [code] = (await once(process, "close")) as [number | null];
    return { code, stdout: this.clean(written.stdout), stderr: this.clean(written.stderr) };
  }

  /** What a command says in JSON, without times, random names and salts. */
  json(...args: string[]): unknown {
    const text = execFileSync("pulumi", args, {
      cwd: this.folder,
      env: this.env,
      encoding: "utf8",
    });
    return JSON.parse(this.neutral(text), (key, value: unknown) =>
      ["time", "created", "modified", "secrets_providers"].includes(key) ? undefined : value,
    ) as unknown;
  }

  /** The state with its secrets in the clear. */
  state(): unknown {
    return this.json("stack", "export", "--show-secrets");
  }

  /**
   * The lines that say something in an order of their own: streams arrive as they arrive, and while an
   * update runs, its display repeats what stands below it in the end.
   */
  private clean(text: string): string {
    return this.neutral(text)
      .replace(/^Duration: .*$/gm, "Duration: <time>")
      .replace(/^@ .*\n|^ +[+~-]* +\S+:\S+:\S+ .*\n/gm, "")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .sort()
      .join("\n");
  }

  private neutral(text: string): string {
    return text
      .replaceAll(this.folder, "<project>")
      .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "<uuid>");
  }
}
