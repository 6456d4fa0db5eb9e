import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Access } from "../../../components";
import { forgetStack, operationsOf, output, Result, root, run, succeeds } from "./harness";

/** A program of examples/ as a stack of its own on the lab's machines, which are there already. */
export class Example {
  private readonly folder: string;
  private readonly stack = "lab";
  private readonly file: string;
  private machines: Record<string, Access> = {};

  constructor(private readonly name: string) {
    this.folder = join(root, "examples", name);
    this.file = join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  /** Makes the stack, with the key of the lab's machines. */
  async begin(): Promise<void> {
    this.machines = await output<Record<string, Access>>("machines");
    await forgetStack(this.folder, this.stack);
    await succeeds(this.pulumi("stack", "init", this.stack));
    const key = readFileSync(this.login("machine1").identityFile ?? "", "utf8");
    const set = ["config", "set", "--secret", "privateKey", "--cwd", this.folder];
    await succeeds(run("pulumi", [...set, "--stack", this.stack], key));
  }

  /** Removes the stack, which is empty. */
  async end(): Promise<void> {
    await succeeds(this.pulumi("stack", "rm", this.stack, "--yes"));
    this.forget();
  }

  /** Removes what would be in the way of a commit. */
  forget(): void {
    rmSync(this.file, { force: true });
  }

  /** Pulumi on the stack. */
  pulumi(...args: string[]): Promise<Result> {
    const stack = args[0] === "stack" ? [] : ["--stack", this.stack];
    return run("pulumi", [...args, ...stack, "--cwd", this.folder, "--non-interactive"]);
  }

  up(): Promise<Result> {
    return succeeds(this.pulumi("up", "--yes", "--skip-preview"));
  }

  destroy(): Promise<Result> {
    return succeeds(this.pulumi("destroy", "--yes", "--skip-preview"));
  }

  async output<T>(name: string): Promise<T> {
    const json = ["--json", "--stack", this.stack];
    const { stdout } = await succeeds(this.pulumi("stack", "output", name, ...json));
    return JSON.parse(stdout) as T;
  }

  /** The operations that a preview has, without those that do nothing. */
  operations(): Promise<string[]> {
    return operationsOf(this.pulumi("preview", "--json"));
  }

  /** How SSH reaches a machine of the lab. */
  login(machine: string): Access {
    const access = this.machines[machine];
    if (!access) {
      throw new Error(`no machine ${machine}`);
    }
    return access;
  }

  /** The same in the words of the examples' settings, with the machine's place in the lab's network. */
  server(machine: string, address: string) {
    const { host, port, user, hostKey } = this.login(machine);
    return { host, port, user, hostKey, interface: "enp0s8", address };
  }

  /** The example's settings; its secrets stay as they are. */
  settings(values: Record<string, unknown>): void {
    const { config, ...rest } = parse(readFileSync(this.file, "utf8")) as { config: object };
    const entries = Object.entries(values).map(([key, v]) => [`${this.name}:${key}`, v]);
    const settings = { ...config, ...(Object.fromEntries(entries) as object) };
    writeFileSync(this.file, stringify({ ...rest, config: settings }));
  }
}
