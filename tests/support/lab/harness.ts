import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Access } from "../../../components";
import { committedSettings } from "../../../providers/qemu/committedSettings";
import { driverOf, machinesOf } from "../../../providers/qemu/driver";

/** The lab of the tests: a stack of its own, so that a lab of the user's stays as it is. */
export const stack = "test";
export const root = join(__dirname, "../../..");
const configFile = join(root, `Pulumi.${stack}.yaml`);

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
  /** Both, for a message. */
  all: string;
}

type Config = Record<string, unknown>;

const machines = machinesOf(driverOf(root, stack), stack);
/** Where the files of this stack's machines are. */
export const machineFiles = join(root, machines.environment.VAGRANT_DOTFILE_PATH ?? "");

/** Vagrant, or what the lab has in its place, as the program calls it for this stack. */
export function vagrant(...args: string[]): Promise<Result> {
  return run(machines.program, args, "", machines.environment);
}

/** Takes away a stack of another project that a run has left which was ended: its lock, its state and its settings. */
export async function forgetStack(project: string, name: string): Promise<void> {
  const there = ["--cwd", project, "--non-interactive"];
  await run("pulumi", ["cancel", name, "--yes", ...there]);
  await run("pulumi", ["stack", "rm", name, "--yes", "--force", ...there]);
  rmSync(join(project, `Pulumi.${name}.yaml`), { force: true });
}

/** Runs a program; never throws for its exit status. */
export function run(
  file: string,
  args: string[],
  input?: string,
  environment: Record<string, string> = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { cwd: root, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: "1", ...environment } },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
        resolve({ code, stdout, stderr, all: `${stdout}\n${stderr}` });
      },
    );
    child.stdin?.end(input);
  });
}

/** Runs Pulumi on the test's stack. */
export function pulumi(...args: string[]): Promise<Result> {
  return run("pulumi", [...args, "--stack", stack, "--non-interactive"]);
}

/** One of the project's npm commands, on the test's stack. */
export function npm(script: string, ...args: string[]): Promise<Result> {
  return run("npm", ["run", "--silent", script, "--", "--stack", stack, ...args]);
}

/** Runs Pulumi and fails with its output if it fails. */
export async function succeeds(result: Promise<Result>): Promise<Result> {
  const done = await result;
  if (done.code !== 0) {
    throw new Error(`exit status ${done.code}:\n${done.all}`);
  }
  return done;
}

/** `pulumi up`; throws with what Pulumi printed if it fails. */
export function up(...args: string[]): Promise<Result> {
  return succeeds(pulumi("up", "--yes", "--skip-preview", ...args));
}

/**
 * A shape's config on other ports, with changes: keys without the project's name.
 * @param shape The stack that has it as committed; the workshop's without it.
 */
export function configure(changes: Config = {}, shape?: string): void {
  const config: Config = committedSettings(root, 20, shape).config;
  for (const [key, value] of Object.entries(changes)) {
    const at = `ipvs-lab:${key}`;
    const old = config[at];
    const merge = typeof old === "object" && !Array.isArray(old) && typeof value === "object";
    config[at] = merge ? { ...old, ...value } : value;
  }
  // Pulumi keeps the secrets' salt in the same file.
  const salt = existing().encryptionsalt;
  writeFileSync(configFile, stringify(salt ? { encryptionsalt: salt, config } : { config }));
}

/** Lets go of what is known of the machines: others have their names now. */
export function forgetMachines(): void {
  accesses = undefined;
}

/** Removes what `configure` wrote. */
export function forget(): void {
  rmSync(configFile, { force: true });
}

function existing(): { encryptionsalt?: string } {
  try {
    return (parse(readFileSync(configFile, "utf8")) ?? {}) as { encryptionsalt?: string };
  } catch {
    return {};
  }
}

/** A stack output. */
export async function output<T>(name: string): Promise<T> {
  const { stdout } = await succeeds(pulumi("stack", "output", name, "--json"));
  return JSON.parse(stdout) as T;
}

let accesses: Record<string, Access> | undefined;

/** Runs a shell command on a machine as root; throws if it fails. */
export async function on(machine: string, command: string): Promise<string> {
  return (await succeeds(tryOn(machine, command))).stdout;
}

/** Runs a shell command on a machine as root. */
export async function tryOn(machine: string, command: string): Promise<Result> {
  accesses ??= await output<Record<string, Access>>("machines");
  const access = accesses[machine];
  if (!access) {
    throw new Error(`no machine ${machine}`);
  }
  const known = join(root, ".state", `known_hosts-${stack}-${machine}`);
  writeFileSync(known, `[${access.host}]:${access.port} ${access.hostKey}\n`);
  return run(
    "ssh",
    [
      ...["-i", access.identityFile ?? "", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"],
      ...["-o", "ConnectTimeout=20"], // a machine that is starting takes a connection and says nothing
      ...["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${known}`],
      ...[
        "-p",
        String(access.port),
        `${access.user}@${access.host}`,
        "--",
        "sudo",
        "-n",
        "sh",
        "-s",
      ],
    ],
    command,
  );
}

/** The operations that a preview in JSON has, without those that do nothing. */
export async function operationsOf(preview: Promise<Result>): Promise<string[]> {
  const { stdout } = await succeeds(preview);
  const { changeSummary } = JSON.parse(stdout) as { changeSummary: object };
  return Object.keys(changeSummary).filter((operation) => operation !== "same");
}

/** What a change would do: the operations of a preview, by resource name, without what stays. */
export async function plan(...args: string[]): Promise<Record<string, string>> {
  const { stdout } = await succeeds(pulumi("preview", "--json", ...args));
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return Object.fromEntries(
    steps.filter((s) => s.op !== "same").map((s) => [s.urn.split("::").pop() ?? "", s.op]),
  );
}
