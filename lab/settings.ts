import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { root, state } from "./paths.js";

/**
 * Makes a stack that is not there yet. Pulumi writes the salt of its secrets into the settings of the folder that
 * it runs in, which is not the project's: the salt that counts is the one in the state.
 * @throws Error where the stack has no settings
 */
export async function makeStack(stack: string): Promise<void> {
  const file = settingsOf(stack);
  if (!existsSync(file)) {
    throw new Error(`There is no ${file}: copy Pulumi.dev.yaml, or choose another stack.`);
  }
  const settings = readFileSync(file, "utf8");
  if (hasSecrets(settings)) {
    // Their salt stands beside them, and the stack takes it over.
    await execa("pulumi", ["stack", "init", stack], { cwd: root, stderr: "inherit" });
    return;
  }
  // A stack that is made anew has a new passphrase: the salt of another one would only be in the way.
  replace(file, withoutSalt(settings));
  const elsewhere = mkdtempSync(join(state, "new-stack-"));
  try {
    writeFileSync(join(elsewhere, "Pulumi.yaml"), "name: ipvs-lab\nruntime: nodejs\n");
    const init = ["stack", "init", stack, "--no-select", "--cwd", elsewhere];
    await execa("pulumi", init, { cwd: root, stderr: "inherit" });
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
  await execa("pulumi", ["stack", "select", stack], { cwd: root, stderr: "inherit" });
}

/**
 * Takes the salt that an earlier version of this project, or a plain `pulumi`, has left in a stack's settings out of
 * them. It stays where it is of use: beside secrets, where the state has another one, and where it is committed or
 * the file is not under version control at all.
 */
export async function takeSaltOut(stack: string): Promise<void> {
  const file = settingsOf(stack);
  const settings = existsSync(file) ? readFileSync(file, "utf8") : "";
  const salt = saltIn(settings);
  if (salt === undefined || hasSecrets(settings)) {
    return;
  }
  const { exitCode, stdout: committed } = await execa("git", ["show", `HEAD:./${basename(file)}`], {
    ...{ cwd: root, reject: false, stripFinalNewline: false },
  });
  if (exitCode !== 0 || saltIn(committed) !== undefined || (await saltOfState(stack)) !== salt) {
    return;
  }
  const without = withoutSalt(settings);
  replace(file, isSame(without, committed) ? committed : without);
}

/**
 * True where two settings differ in their layout alone: Pulumi writes the whole file anew, with quotes and spaces of
 * its own, and keeps comments.
 */
function isSame(one: string, other: string): boolean {
  const values = (text: string) =>
    JSON.stringify(parse(text), (key, value: unknown) =>
      key.includes(":") && (typeof value === "number" || typeof value === "boolean")
        ? String(value)
        : value,
    );
  const words = (text: string) => text.replaceAll(/[\s"']/g, "");
  return words(one) === words(other) && values(one) === values(other);
}

function settingsOf(stack: string): string {
  return join(root, `Pulumi.${stack}.yaml`);
}

function hasSecrets(settings: string): boolean {
  return /^\s*(- )?secure:/m.test(settings) || /[{,]\s*secure:/.test(settings);
}

function saltIn(settings: string): string | undefined {
  return ((parse(settings) ?? {}) as { encryptionsalt?: string }).encryptionsalt;
}

function withoutSalt(settings: string): string {
  return settings.replace(/^encryptionsalt:.*(\n|$)/m, "");
}

/** What Pulumi finds where the settings have no salt; undefined where there is none. */
async function saltOfState(stack: string): Promise<string | undefined> {
  const args = ["stack", "export", "--stack", stack];
  const { stdout, exitCode } = await execa("pulumi", args, { cwd: root, reject: false });
  if (exitCode !== 0) {
    return undefined;
  }
  const { deployment } = JSON.parse(stdout) as {
    deployment: { secrets_providers?: { state?: { salt?: string } } };
  };
  return deployment.secrets_providers?.state?.salt;
}

/** Puts a new content in a file's place at once: a run that is killed leaves the old one or the new one. */
function replace(file: string, content: string): void {
  const target = realpathSync(file);
  if (readFileSync(target, "utf8") === content) {
    return;
  }
  const next = join(state, `${basename(file)}.${process.pid}`);
  writeFileSync(next, content, { mode: statSync(target).mode });
  try {
    renameSync(next, target);
  } catch (error) {
    // The state may be on another file system than the project.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") {
      throw error;
    }
    writeFileSync(target, content);
  } finally {
    rmSync(next, { force: true });
  }
}
