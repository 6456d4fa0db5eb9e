import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

export const root = join(__dirname, "../../..");
export const plugin = join(root, "plugin");

/** Options of a program in JavaScript: it may load this project's TypeScript, and starts as the lab's program does. */
export const quickly = {
  typescript: false,
  nodeargs: `--require "${join(root, "setup/loadProgram.cjs")}"`,
};

/** What of `pulumi preview --json` is looked at. */
interface Preview {
  steps: { urn: string; newState: { inputs?: Record<string, unknown> } }[];
  diagnostics?: { message: string; severity: string }[];
}

/** A Pulumi project with a backend of its own in a temporary folder, for the CLI that set-up has. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "ipvs-lab-plugin-"));
  private readonly env: NodeJS.ProcessEnv;

  /**
   * @param bin A folder with another CLI.
   * @param more Variables beside those of set-up.
   */
  constructor(bin?: string, more: NodeJS.ProcessEnv = {}) {
    mkdirSync(join(this.folder, ".state"));
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    const bootstrap = join(root, "setup/bootstrap.mjs");
    const print = `eval "$("${process.execPath}" "${bootstrap}" env)"; env -0`;
    const shell = execFileSync("sh", ["-c", print], { encoding: "utf8", env: process.env });
    const variables = shell.split("\0").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    });
    this.env = {
      ...(Object.fromEntries(variables.filter(([name]) => name !== "")) as NodeJS.ProcessEnv),
      PULUMI_BACKEND_URL: `file://${join(this.folder, ".state")}`,
      PULUMI_CONFIG_PASSPHRASE: "secret",
      // What is written in Go ends before it is worth tidying its memory.
      GOGC: "off",
      ...more,
    };
    delete this.env.PULUMI_CONFIG_PASSPHRASE_FILE;
    if (bin !== undefined) {
      this.env.PATH = [bin, this.env.PATH].join(delimiter);
    }
  }

  /** Writes a file of the project. */
  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Whether a program is in set-up's PATH. */
  has(program: string): boolean {
    const folders = (this.env.PATH ?? "").split(delimiter);
    return folders.some((folder) => existsSync(join(folder, program)));
  }

  /** What a command prints, with the environment of set-up. */
  async run(program: string, ...args: string[]) {
    const child = spawn(program, args, {
      ...{ cwd: this.folder, env: this.env, stdio: ["ignore", "pipe", "pipe"] },
    });
    const done = once(child, "close") as Promise<[number | null]>;
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      done,
    ]);
    return { status, stdout, stderr };
  }

  /** @throws what it says where it fails */
  async pulumi(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run("pulumi", ...args, "--non-interactive");
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    return stdout;
  }

  /** What a preview would make, and what it says. */
  async preview() {
    const args = ["preview", "--json", "--non-interactive"];
    const { status, stdout, stderr } = await this.run("pulumi", ...args);
    if (!stdout.startsWith("{")) {
      throw new Error(`${stdout}${stderr}`);
    }
    const { steps, diagnostics = [] } = JSON.parse(stdout) as Preview;
    const said = (severity: string) =>
      diagnostics.filter((d) => d.severity === severity).map(({ message }) => message.trim());
    const inputs = new Map(
      steps.map(({ urn, newState }) => [urn.split("::").slice(2).join("::"), newState.inputs]),
    );
    return { status, inputs, errors: said("error"), warnings: said("warning") };
  }

  /** Processes that the previews left behind: they have the environment. */
  processes(): string[] {
    const mark = `PULUMI_BACKEND_URL=${this.env.PULUMI_BACKEND_URL ?? ""}\0`;
    return readdirSync("/proc").filter((id) => /^\d+$/.test(id) && readable(id).includes(mark));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A process's environment; empty for one that has gone meanwhile. */
function readable(id: string): string {
  try {
    return readFileSync(`/proc/${id}/environ`, "utf8");
  } catch {
    return "";
  }
}
