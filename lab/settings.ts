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
 * Makes a stack that does not exist yet. Pulumi writes the salt of its secrets into the settings of the folder that it
 * runs in. That folder is a temporary one, so the project's settings do not change, and the state's salt counts.
 * @throws Error when the stack has no settings.
 */
export async function makeStack(stack: string): Promise<void> {
  const file = settingsOf(stack);
  if (!existsSync(file)) {
    throw new Error(`There is no ${file}: copy Pulumi.dev.yaml, or choose another stack.`);
  }
  const settings = readFileSync(file, "utf8");
  if (hasSecrets(settings)) {
    // The secrets' salt stands in the same file, and the stack takes it over.
    await execa("pulumi", ["stack", "init", stack], { cwd: root, stderr: "inherit" });
    return;
  }
  // A stack that is made anew has a new passphrase, so another stack's salt would not fit.
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
 * Removes the salt that an earlier version of this project, or a plain `pulumi`, has left in a stack's settings. It
 * stays beside secrets, when the state has another salt, when it is committed, and when the file is not under version
 * control.
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
 * True when two settings differ only in their layout: Pulumi rewrites the whole file with its own quotes and spaces,
 * and keeps comments.
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

/** The salt in a stack's state, which Pulumi uses when the settings have none; undefined when there is none. */
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

/** Replaces a file's content at once: a run that is killed leaves the old content or the new one. */
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
