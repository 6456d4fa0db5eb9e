import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esModules } from "./evaluate";
import { root } from "./pulumi/project";

/** A checkout in a temporary folder: set-up, lab and settings of this one, and a program of three lines. */
export class Checkout {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "ipvs-lab 50% chèckout ")));
  private env: NodeJS.ProcessEnv;

  constructor() {
    for (const path of [
      ...["setup", "lab", "components/host/quoting.ts"],
      ...["Pulumi.dev.yaml", ".gitignore", "package.json"],
    ]) {
      cpSync(join(root, path), join(this.folder, path), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    this.write("Pulumi.yaml", "name: ipvs-lab\nruntime: nodejs\nmain: program.js\n");
    this.write(
      "program.js",
      `const { Config } = require("@pulumi/pulumi");
      exports.scheduler = new Config().require("scheduler");
      exports.key = new Config().getSecret("key") ?? "none";`,
    );
    this.git("init", "--quiet");
    this.git("add", "--all", ".", ":!node_modules");
    this.git("commit", "--quiet", "--message", "as it comes");
    this.env = this.environment();
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  settings(): string {
    return readFileSync(join(this.folder, "Pulumi.dev.yaml"), "utf8");
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    return execFileSync("git", [...who, ...args], { cwd: this.folder, encoding: "utf8" });
  }

  /** What git says of tracked files, and of others but the link to the modules. */
  changes(): string[] {
    const lines = this.git("status", "--short").split("\n");
    return lines.filter((line) => line !== "" && !line.includes("node_modules"));
  }

  /** Calls a function of one of the lab's modules. */
  setUp(module: string, call: string): void {
    this.evaluate(
      `const { enterEnvironment } = await import("../lab/environment.ts");
      enterEnvironment();
      const m = await import("../lab/${module}.ts");
      await m.${call};`,
    );
  }

  /** `pulumi` as a shell has it after the lines of `npm run env`. @throws Error where it fails */
  pulumi(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
      ...{ cwd: this.folder, env: this.env, encoding: "utf8" },
    });
    if (status !== 0) {
      throw new Error(stdout + stderr);
    }
    return stdout;
  }

  /** `pulumi` as it was before there was a file of this project's before it on PATH. */
  oldPulumi(...args: string[]): void {
    const now = this.env;
    const PATH = (now.PATH ?? "").split(":").slice(1).join(":");
    this.env = { ...now, PATH, PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: undefined };
    try {
      this.pulumi(...args);
    } finally {
      this.env = now;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const lines = this.evaluate(
      `const { shellLines } = await import("../lab/environment.ts"); console.log(shellLines());`,
    );
    const shell = execFileSync("sh", ["-c", 'eval "$0"; env -0', lines], { encoding: "utf8" });
    const variables = shell.split("\0").flatMap((line) => {
      const at = line.indexOf("=");
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    });
    return Object.fromEntries(variables);
  }

  private evaluate(code: string): string {
    mkdirSync(join(this.folder, ".state"), { recursive: true });
    const script = join(this.folder, ".state/script.mts");
    writeFileSync(script, code);
    return execFileSync(process.execPath, [esModules, script], {
      ...{ cwd: this.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    });
  }
}
